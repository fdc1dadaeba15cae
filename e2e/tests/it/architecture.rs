//! The invariants of the house that a program can check: who may know whom, and what is absent where.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// Every crate of the workspace, and the crates of the workspace it may depend on.
const MAY_KNOW: [(&str, &[&str]); 12] = [
    ("okta-types", &[]),
    ("shared", &["okta-types"]),
    ("okta-auth", &["okta-types"]),
    ("okta-sycamore", &["okta-auth", "okta-types"]),
    ("frontend", &["okta-sycamore", "okta-auth", "okta-types", "shared"]),
    ("okta-jwt", &["okta-types"]),
    ("okta-actix", &["okta-jwt", "okta-types"]),
    ("api", &["frontend", "okta-actix", "okta-types", "shared"]),
    ("okta-local", &["okta-types"]),
    ("okta-cli", &["okta-jwt", "okta-local", "okta-types", "shared"]),
    ("xtask", &["api", "okta-cli", "okta-jwt", "okta-local", "okta-types", "shared"]),
    ("e2e", &["xtask", "api", "okta-cli", "okta-local", "okta-types", "shared"]),
];

/// What tests may know beyond that: the local org, and nothing that knows the shop.
const TESTS_MAY_KNOW: &[&str] = &["okta-local", "okta-types"];

/// The crate whose tests have the shop's API running, without being above it.
const TESTS_MAY_KNOW_THE_API: &str = "okta-cli";

/// What binds a crate to the browser.
const BROWSER: [&str; 3] = ["web-sys", "js-sys", "wasm-bindgen"];

/// What drives a browser from outside.
const WEB_DRIVER: &str = "fantoccini";

/// What compiles for long: the API and its databases.
const SERVER: [&str; 3] = ["api", "sqlx", "libsqlite3-sys"];

const WASM: &str = "wasm32-unknown-unknown";

static METADATA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).unwrap()
});

#[test]
fn the_workspace_has_exactly_the_crates_of_the_house() {
    let found: BTreeSet<&str> = packages().map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(found, MAY_KNOW.iter().map(|(name, _)| *name).collect());
}

#[test]
fn crates_depend_on_each_other_in_the_agreed_directions_only() {
    for (name, may_know) in MAY_KNOW {
        for (kind, dependency) in dependencies(name).filter(|(_, dependency)| is_ours(dependency)) {
            let allowed =
                may_know.contains(&dependency) || (kind == Kind::Test && tests_may_know(name, dependency));
            assert!(allowed, "{name} must not depend on {dependency} ({kind:?})");
        }
    }
}

fn tests_may_know(name: &str, dependency: &str) -> bool {
    TESTS_MAY_KNOW.contains(&dependency) || (dependency == "api" && name == TESTS_MAY_KNOW_THE_API)
}

#[test]
fn the_sign_in_core_is_free_of_the_browser() {
    for target in [host().as_str(), WASM] {
        check_absent("okta-auth", target, &BROWSER);
        check_absent("okta-types", target, &BROWSER);
    }
}

#[test]
fn the_okta_crates_know_nothing_of_the_shop() {
    // `cargo okta` is Grove's own: it sets an org up for the shop.
    let is_okta = |name: &&str| name.starts_with("okta-") && *name != "okta-cli";
    let okta = MAY_KNOW.iter().map(|(name, _)| *name).filter(is_okta);
    for name in okta {
        let target = if name == "okta-sycamore" { WASM } else { &host() };
        check_absent(name, target, &["shared", "api", "frontend"]);
    }
}

#[test]
fn the_local_org_shares_no_code_with_what_it_tests() {
    check_absent("okta-local", &host(), &["okta-jwt", "okta-auth", "okta-actix", "okta-sycamore"]);
}

#[test]
fn getting_a_token_compiles_neither_a_database_nor_a_browser_driver_and_running_the_shop_no_driver() {
    check_absent("okta-cli", &host(), &SERVER);
    check_absent("okta-cli", &host(), &[WEB_DRIVER]);
    check_absent("xtask", &host(), &[WEB_DRIVER]);
}

#[test]
fn the_browser_driver_is_known_to_this_crate_alone_and_there_to_what_tests_are_made_of() {
    for (name, _) in MAY_KNOW.iter().filter(|(name, _)| *name != "e2e") {
        let known = dependencies(name).any(|(_, dependency)| dependency == WEB_DRIVER);
        assert!(!known, "{name} must not depend on fantoccini");
    }
    check_only_in(&[WEB_DRIVER], "tests speak to the browser by their tab", |path| {
        path.starts_with("e2e/src/browser")
    });
}

#[test]
fn sql_stands_in_the_store_of_the_api_and_nowhere_else() {
    let sql =
        ["sqlx", "SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA ", "BEGIN IMMEDIATE"];
    check_only_in(&sql, "the database is the store's business", |path| path.starts_with("api/src/store"));
}

#[test]
fn only_the_clock_and_the_source_of_randomness_of_a_program_are_excused_from_the_ban() {
    check_only_in(&["disallowed_methods"], "time and randomness are parameters", |path| {
        ["clock.rs", "random.rs"].iter().any(|name| path.ends_with(name))
    });
}

#[track_caller]
fn check_absent(krate: &str, target: &str, absent: &[&str]) {
    let tree = cargo(&["tree", "-p", krate, "-e", "normal", "--target", target, "--prefix", "none"]);
    let inside: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(inside.contains(krate), "the tree of {krate} was not read:\n{tree}");
    for name in absent {
        assert!(!inside.contains(name), "{name} must not be below {krate} (for {target})");
    }
}

/// No word stands in the code of a file below `src` for which `allowed` does not hold.
#[track_caller]
fn check_only_in(words: &[&str], why: &str, allowed: fn(&Path) -> bool) {
    let mut seen = BTreeMap::new();
    for path in sources() {
        let inside = path.strip_prefix(okta_cli::workspace()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        // Unit tests come last in a file, and may use what they like.
        let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
        let code = code.filter(|line| !line.trim_start().starts_with("//"));
        for line in code.filter(|line| words.iter().any(|word| line.contains(word))) {
            assert!(allowed(inside), "{}: {why}: {line}", inside.display());
            *seen.entry(inside.to_owned()).or_insert(0) += 1;
        }
    }
    assert!(!seen.is_empty(), "none of {words:?} stands anywhere: the search does not search");
}

fn sources() -> Vec<PathBuf> {
    let manifests = packages().map(|package| PathBuf::from(package["manifest_path"].as_str().unwrap()));
    let mut open: Vec<PathBuf> = manifests.map(|manifest| manifest.with_file_name("src")).collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Test,
}

fn packages() -> impl Iterator<Item = &'static Value> {
    METADATA["packages"].as_array().unwrap().iter()
}

fn is_ours(name: &str) -> bool {
    MAY_KNOW.iter().any(|(ours, _)| *ours == name)
}

fn dependencies(name: &str) -> impl Iterator<Item = (Kind, &'static str)> {
    let package = packages().find(|package| package["name"] == name).unwrap();
    package["dependencies"].as_array().unwrap().iter().map(|dependency| {
        let kind = match dependency["kind"].as_str() {
            Some("dev") => Kind::Test,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        };
        (kind, dependency["name"].as_str().unwrap())
    })
}

fn host() -> String {
    let version = run("rustc", &["-vV"]);
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn cargo(args: &[&str]) -> String {
    run(env!("CARGO"), args)
}

fn run(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(okta_cli::workspace()).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
