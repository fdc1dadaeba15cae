//! What `cargo mutants` changes is there: a glob that matches no file is passed over without a word.

use std::path::Path;

#[test]
fn every_glob_of_the_mutation_tests_matches_a_file() {
    let text = std::fs::read_to_string(okta_cli::workspace().join(".cargo/mutants.toml")).unwrap();
    let settings: toml::Table = text.parse().unwrap();
    let globs = settings["examine_globs"].as_array().unwrap().iter().map(|glob| glob.as_str().unwrap());
    let patterns: Vec<String> = globs.flat_map(alternatives).collect();
    assert!(patterns.len() > 40, "the globs were not read: {patterns:?}");
    let unmatched: Vec<&String> =
        patterns.iter().filter(|pattern| !matches(&okta_cli::workspace(), pattern)).collect();
    assert!(unmatched.is_empty(), "these match no file: {unmatched:?}");
}

#[test]
fn a_glob_that_matches_nothing_is_seen() {
    let workspace = okta_cli::workspace();
    assert_eq!(alternatives("a/{b,c/d}.rs"), ["a/b.rs", "a/c/d.rs"]);
    for (pattern, expected) in [
        ("e2e/tests/it/main.rs", true),
        ("e2e/tests/it/*.rs", true),
        ("e2e/tests/it/gone.rs", false),
        ("e2e/gone/*.rs", false),
    ] {
        assert_eq!(matches(&workspace, pattern), expected, "{pattern}");
    }
}

/// The patterns that one with alternatives in braces stands for.
fn alternatives(glob: &str) -> Vec<String> {
    let Some((before, rest)) = glob.split_once('{') else { return vec![glob.to_owned()] };
    let (list, after) = rest.split_once('}').unwrap();
    list.split(',').map(|alternative| [before, alternative, after].concat()).collect()
}

/// Whether a file is there. A star stands for the whole name of a file of that kind.
fn matches(workspace: &Path, pattern: &str) -> bool {
    let Some((folder, extension)) = pattern.split_once("/*") else {
        return workspace.join(pattern).is_file();
    };
    std::fs::read_dir(workspace.join(folder)).is_ok_and(|entries| {
        entries.map(|entry| entry.unwrap().path()).any(|path| path.to_str().unwrap().ends_with(extension))
    })
}
