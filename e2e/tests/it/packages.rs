//! What the crates that others can take say of themselves, for whoever finds them in a registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The crates that others can take.
const PUBLISHABLE: [&str; 5] = ["okta-actix", "okta-auth", "okta-jwt", "okta-sycamore", "okta-types"];

/// No registry takes more keywords, or more categories.
const MOST_WORDS: usize = 5;

#[test]
fn the_crates_for_others_are_the_okta_crates_but_the_local_org() {
    let mut names: Vec<String> = publishable().iter().map(|package| text(package, "name")).collect();
    names.sort();
    assert_eq!(names, PUBLISHABLE);
}

#[test]
fn a_crate_for_others_says_what_it_is_and_brings_its_licence() {
    for package in publishable() {
        let name = text(&package, "name");
        assert!(text(&package, "description").len() > 40, "{name}: description");
        for list in ["keywords", "categories"] {
            let words = package[list].as_array().unwrap().len();
            assert!((1..=MOST_WORDS).contains(&words), "{name}: {words} {list}");
        }
        assert_eq!(text(&package, "license"), "MIT", "{name}");
        assert!(fs::read_to_string(folder(&package).join("LICENSE")).unwrap().contains("MIT"), "{name}");
        let manifest = fs::read_to_string(text(&package, "manifest_path")).unwrap();
        assert!(manifest.contains("\ninclude = ["), "{name}: include");
    }
}

#[test]
fn the_readme_of_a_crate_for_others_states_the_rust_that_it_needs() {
    for package in publishable() {
        let readme = fs::read_to_string(folder(&package).join(text(&package, "readme"))).unwrap();
        let stated = format!("Minimum supported Rust version: {}.", text(&package, "rust_version"));
        assert_eq!(readme.matches(&stated).count(), 1, "{}: {stated}", text(&package, "name"));
        assert_eq!(readme.matches("supported Rust version").count(), 1, "{}", text(&package, "name"));
    }
}

/// What cargo says of every crate that it would publish.
fn publishable() -> Vec<Value> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(okta_cli::workspace())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.filter(|package| package["publish"].is_null()).cloned().collect()
}

fn folder(package: &Value) -> PathBuf {
    Path::new(&text(package, "manifest_path")).parent().unwrap().to_owned()
}

#[track_caller]
fn text(package: &Value, field: &str) -> String {
    package[field].as_str().unwrap_or_else(|| panic!("{} has no {field}", package["name"])).to_owned()
}
