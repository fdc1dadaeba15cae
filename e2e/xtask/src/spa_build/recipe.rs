//! What makes a release build small, thing by thing, so that each can be left out and weighed: `recipe.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::change::Change;

/// All that is done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    #[serde(rename = "item")]
    items: Vec<Item>,
}

/// One thing that is done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Item {
    /// In the ledger's words.
    pub what: String,
    /// Code that is there for this alone, relative to the workspace.
    pub files: Vec<String>,
    /// Takes it out of the source, as far as it is not in the lists below.
    pub undo: Vec<Change>,
    variables: BTreeMap<String, String>,
    flags: Vec<String>,
    first: Vec<String>,
    passes: Vec<String>,
    script: Vec<String>,
}

/// The pass that writes the list which the JavaScript must follow.
const SHORT_NAMES: &str = "--minify-imports-and-exports-and-modules";

impl Recipe {
    /// The one of this version.
    ///
    /// # Panics
    /// Not with the `recipe.toml` that the tests have read.
    pub fn ours() -> Self {
        toml::from_str(include_str!("recipe.toml")).expect("recipe.toml is of this form")
    }

    /// What is done, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Everything else.
    #[must_use]
    pub fn without(&self, item: &Item) -> Self {
        let items = self.items.iter().filter(|other| other.what != item.what);
        Self { items: items.cloned().collect() }
    }

    /// Variables of the environment that cargo gets.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.items.iter().flat_map(|item| &item.variables)
    }

    /// Flags of the compiler.
    pub(super) fn flags(&self) -> String {
        self.list(|item| &item.flags).join(" ")
    }

    /// Arguments of Trunk for the first program.
    pub(super) fn first(&self) -> Vec<&str> {
        self.list(|item| &item.first)
    }

    /// Arguments of wasm-opt.
    pub(super) fn passes(&self) -> Vec<&str> {
        self.list(|item| &item.passes)
    }

    /// Whether wasm-opt gives the wasm other names than the JavaScript has.
    pub(super) fn shortens_names(&self) -> bool {
        self.passes().contains(&SHORT_NAMES)
    }

    /// Arguments of esbuild.
    pub(super) fn script(&self) -> Vec<&str> {
        self.list(|item| &item.script)
    }

    fn list(&self, of: impl Fn(&Item) -> &Vec<String>) -> Vec<&str> {
        self.items.iter().flat_map(|item| of(item).iter().map(String::as_str)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okta_cli::workspace;

    #[test]
    fn a_build_without_one_thing_has_all_the_others() {
        let ours = Recipe::ours();
        for item in ours.items() {
            let less = ours.without(item);
            assert_eq!(less.items().len() + 1, ours.items().len(), "{}", item.what);
            let whole = ours.list(|item| &item.passes).len();
            assert_eq!(less.passes().len() + item.passes.len(), whole, "{}", item.what);
            assert_eq!(
                less.shortens_names(),
                !item.passes.iter().any(|pass| pass == SHORT_NAMES),
                "{}",
                item.what
            );
        }
    }

    #[test]
    fn what_takes_a_thing_away_still_fits_the_code() {
        for item in Recipe::ours().items() {
            for change in &item.undo {
                let (text, changed) = change.texts(&workspace()).unwrap();
                assert_ne!(text, changed, "{}", item.what);
            }
            for file in &item.files {
                assert!(workspace().join(file).is_file(), "{file}");
            }
        }
    }
}
