//! The JavaScript that wasm-bindgen writes around the wasm, with the short names that wasm-opt gave to the
//! wasm's imports and exports.
//!
//! Reads that JavaScript as far as its names go. What does not look as expected is an error and never a guess: a
//! name that is changed on one side only would break the shop.

use serde_json::Value;

/// Why the names cannot be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GlueError {
    /// wasm-opt wrote something else than its list of names.
    #[error("wasm-opt has not listed the names that it changed")]
    NoList,
    /// Something that the wasm imports and the JavaScript does not offer exactly once.
    #[error("the JavaScript offers {name:?} {found} times")]
    Import {
        /// The long name.
        name: String,
        /// How often.
        found: usize,
    },
    /// Something that the JavaScript uses and the wasm does not export.
    #[error("the JavaScript uses {0:?}, which the wasm does not export")]
    Export(String),
}

/// The module that wasm-opt says everything is imported from, once it has shortened the names.
const MODULE: &str = "a";

/// The script with all names changed. `list` is what wasm-opt writes for
/// `--minify-imports-and-exports-and-modules`: `{"imports":[[module,name,short]…],"exports":[[name,short]…]}`.
///
/// # Errors
/// Where list and script do not fit each other.
pub(super) fn with_short_names(script: &str, list: &str) -> Result<String, GlueError> {
    let list: Value = serde_json::from_str(list).map_err(|_| GlueError::NoList)?;
    let mut script = script.to_owned();
    let mut modules: Vec<String> = Vec::new();
    for [module, name, short] in rows::<3>(&list["imports"])? {
        script = with_import(&script, name, &[short, ": "].concat())?;
        if !modules.iter().any(|known| known == module) {
            modules.push(module.to_owned());
        }
    }
    for module in &modules {
        script = with_import(&script, &format!("\"{module}\""), &format!("\"{MODULE}\": "))?;
    }
    with_exports(&script, &rows::<2>(&list["exports"])?)
}

fn rows<const N: usize>(list: &Value) -> Result<Vec<[&str; N]>, GlueError> {
    let rows = list.as_array().and_then(|rows| rows.iter().map(columns).collect());
    rows.ok_or(GlueError::NoList)
}

fn columns<const N: usize>(row: &Value) -> Option<[&str; N]> {
    let columns: Vec<&str> = row.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    columns.try_into().ok()
}

/// Changes the key `name` of an object, which must be there once.
fn with_import(script: &str, name: &str, short: &str) -> Result<String, GlueError> {
    let key = format!(" {name}: ");
    match script.matches(&key).count() {
        1 => Ok(script.replace(&key, &[" ", short].concat())),
        found => Err(GlueError::Import { name: name.to_owned(), found }),
    }
}

/// Changes each `wasm.name`.
fn with_exports(script: &str, exports: &[[&str; 2]]) -> Result<String, GlueError> {
    const OBJECT: &str = "wasm.";
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = String::new();
    let mut rest = script;
    while let Some(at) = rest.find(OBJECT) {
        let (before, after) = rest.split_at(at + OBJECT.len());
        out.push_str(before);
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        // `_bg.wasm` ends a file name.
        let is_object = !before.trim_end_matches(OBJECT).ends_with(|c| is_part(c) || c == '.');
        out.push_str(if is_object { short_of(name, exports)? } else { name });
        rest = after;
    }
    Ok(out + rest)
}

fn short_of<'a>(name: &str, exports: &[[&'a str; 2]]) -> Result<&'a str, GlueError> {
    let found = exports.iter().find(|[long, _]| *long == name).map(|[_, short]| *short);
    found.ok_or_else(|| GlueError::Export(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"imports":[["./shop_bg.js","__wbg_call_4","b"],["./shop_bg.js","__wbg_call_41","c"]],
        "exports":[["memory","d"],["__wbindgen_start","e"]]}"#;

    const SCRIPT: &str = r#"
        const import0 = {
            __wbg_call_4: function(arg0) { return wasm.memory.buffer; },
            __wbg_call_41: function(arg0) { return arg0; },
        };
        return { "./shop_bg.js": import0 };
        wasm.__wbindgen_start();
        new URL('shop_bg.wasm', import.meta.url);"#;

    #[test]
    fn each_name_is_changed_where_it_is_meant() {
        let script = with_short_names(SCRIPT, LIST).unwrap();
        for part in [
            " b: function",
            " c: function",
            "\"a\": import0",
            "wasm.d.buffer",
            "wasm.e()",
            "'shop_bg.wasm', import.meta.url",
        ] {
            assert!(script.contains(part), "{part} in {script}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(matches!(with_short_names(SCRIPT, "b => c"), Err(GlueError::NoList)));
        assert!(matches!(with_short_names(SCRIPT, r#"{"imports":[["a"]]}"#), Err(GlueError::NoList)));
        let twice = SCRIPT.replace("__wbg_call_41", "__wbg_call_4");
        assert!(matches!(with_short_names(&twice, LIST), Err(GlueError::Import { found: 2, .. })));
        let unknown = SCRIPT.replace("memory", "table");
        assert!(matches!(with_short_names(&unknown, LIST), Err(GlueError::Export(name)) if name == "table"));
    }
}
