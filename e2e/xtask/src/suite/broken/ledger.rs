//! `e2e/breaks.toml`: what must hold, and how to break it so that a test of it must fail.

use std::path::Path;

use serde::Deserialize;

use crate::spa_build::SpaProfile;
use crate::spa_build::change::{Change, ChangeError, text_of};

/// All that must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    #[serde(rename = "item")]
    pub(super) items: Vec<Item>,
}

/// Something that must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    /// In the list of what browsers must show; `None` for what is beyond it.
    pub(super) number: Option<u8>,
    pub(super) holds: String,
    #[serde(rename = "break")]
    pub(super) breaks: Vec<Break>,
}

/// One change of the code under which it does not hold any more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Break {
    /// What is wrong then, in words.
    pub(super) what: String,
    file: String,
    find: String,
    replace: String,
    /// Where one thing is guarded in two places.
    #[serde(default)]
    also: Vec<Change>,
    /// All of these must fail.
    pub(super) tests: Vec<String>,
    /// Stands in the report of one of them: it failed for this reason and no other.
    pub(super) says: Option<String>,
    #[serde(default)]
    page: Page,
}

/// What the tests open.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Page {
    #[default]
    Shop,
    Example,
    Bench,
}

/// Why a break cannot be made.
#[derive(Debug, thiserror::Error)]
pub(in crate::suite) enum LedgerError {
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error("e2e/breaks.toml cannot be parsed")]
    Form(#[from] toml::de::Error),
}

impl Ledger {
    pub(super) fn read(workspace: &Path) -> Result<Self, LedgerError> {
        Ok(toml::from_str(&text_of(workspace, "e2e/breaks.toml")?)?)
    }

    /// Each break with its item, those whose tests or number match one of the filters; all without filters.
    pub(super) fn matching<'a>(
        &'a self,
        filters: &'a [String],
    ) -> impl Iterator<Item = (&'a Item, &'a Break)> {
        let wanted = |item: &Item, one: &Break| {
            filters.is_empty()
                || filters.iter().any(|filter| {
                    item.title() == *filter || one.tests.iter().any(|test| test.contains(filter))
                })
        };
        let all = self.items.iter().flat_map(|item| item.breaks.iter().map(move |one| (item, one)));
        all.filter(move |(item, one)| wanted(item, one))
    }

    /// The table of `e2e/README.md`.
    #[cfg(test)]
    fn to_markdown(&self) -> String {
        let rows = self.items.iter().map(|item| {
            let mut tests: Vec<&str> = Vec::new();
            for test in item.breaks.iter().flat_map(|one| &one.tests) {
                if !tests.contains(&test.as_str()) {
                    tests.push(test);
                }
            }
            let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
            let broken: Vec<&str> = item.breaks.iter().map(|one| one.what.as_str()).collect();
            format!("| {} | {} | {} | {} |\n", item.title(), item.holds, tests.join(", "), broken.join("; "))
        });
        "| | what must hold | tests | each fails where |\n|---|---|---|---|\n".to_owned()
            + &rows.collect::<String>()
    }
}

impl Item {
    pub(super) fn title(&self) -> String {
        self.number.map_or_else(String::new, |number| number.to_string())
    }
}

impl Break {
    /// The build that the tests open.
    pub(super) fn page(&self) -> SpaProfile {
        match self.page {
            Page::Shop => SpaProfile::Release,
            Page::Example => SpaProfile::Example,
            Page::Bench => SpaProfile::Bench,
        }
    }

    /// The files to change, in turn.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change> {
        let Self { file, find, replace, .. } = self;
        let first = Change::new(file, find, replace);
        std::iter::once(first).chain(self.also.iter().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okta_cli::workspace;

    fn ledger() -> Ledger {
        Ledger::read(&workspace()).unwrap()
    }

    #[test]
    fn every_break_still_fits_the_code() {
        for (_, one) in ledger().matching(&[]) {
            for change in one.changes() {
                let (text, changed) = change.texts(&workspace()).unwrap();
                assert_ne!(text, changed, "{}", one.what);
            }
        }
    }

    #[test]
    fn every_test_that_must_fail_exists() {
        for (_, one) in ledger().matching(&[]) {
            assert!(!one.tests.is_empty(), "{}", one.what);
            for test in &one.tests {
                let (module, name) = test.rsplit_once("::").unwrap();
                let file = format!("e2e/tests/browser/{}.rs", module.replace("::", "/"));
                let text = text_of(&workspace(), &file).unwrap();
                assert!(text.contains(&format!("async fn {name}()")), "{test}");
            }
        }
    }

    #[test]
    fn all_thirty_things_that_browsers_must_show_are_broken_in_turn() {
        let mut numbers: Vec<u8> = ledger().items.iter().filter_map(|item| item.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=30).collect::<Vec<u8>>());
        assert!(ledger().items.iter().all(|item| !item.breaks.is_empty()));
    }

    /// What the README has between these is generated.
    const BEGIN: &str = "<!-- what is tested: generated from breaks.toml -->\n";
    const END: &str = "<!-- end -->";

    #[test]
    fn the_guide_shows_what_is_tested_and_how_it_fails() {
        let guide = text_of(&workspace(), "e2e/README.md").unwrap();
        let shown =
            guide.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(table, _)| table);
        let expected = ledger().to_markdown();
        assert!(shown == Some(expected.as_str()), "put this into e2e/README.md:\n{BEGIN}{expected}{END}");
    }
}
