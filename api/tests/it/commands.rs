//! The program as its operator sees it.

use std::path::Path;
use std::process::Output;

use crate::shop::program;

fn run(database: &Path, arguments: &[&str]) -> Output {
    program(database).args(arguments).output().unwrap()
}

fn errors(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn all_mistakes_of_the_configuration_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder.path().join("grove.sqlite"));
    let output =
        command.env("OKTA_OAUTH2_ISSUER", "https://dev-1.okta.com").env("API_ADDR", "x").output().unwrap();
    let errors = errors(&output);
    for part in [
        "OKTA_OAUTH2_ISSUER is the org authorization server",
        "OKTA_OAUTH2_CLIENT_ID is not set",
        "API_ADDR is \"x\"",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn a_database_in_a_missing_folder_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder.path().join("grove.sqlite"));
    let output =
        command.env("DATABASE_URL", "sqlite:no/such/folder/grove.sqlite").arg("migrate").output().unwrap();
    assert!(errors(&output).contains("check that its folder exists"), "{output:?}");
}

#[test]
fn a_file_that_is_no_database_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("grove.sqlite");
    std::fs::write(&database, "this is a letter, not a database, and it is longer than a header").unwrap();
    assert!(
        errors(&run(&database, &["migrate"])).contains("DATABASE_URL: the database file cannot be opened")
    );
}

#[test]
fn migrate_can_be_repeated_and_a_wrong_seed_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("grove.sqlite");
    for _ in 0..2 {
        assert!(run(&database, &["migrate"]).status.success());
    }
    std::fs::write(folder.path().join("empty.json"), "[]").unwrap();
    assert!(errors(&run(&database, &["seed", "empty.json"])).contains("holds no product"));
    assert!(errors(&run(&database, &["seed", "missing.json"])).contains("missing.json cannot be read"));
    assert_eq!(run(&database, &["sell"]).status.code(), Some(2));
}
