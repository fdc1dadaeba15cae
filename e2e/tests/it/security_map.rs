//! The maps from what the standards ask to the tests that show it, and the page for operators: whatever they name is there.

use std::fs;
use std::path::{Path, PathBuf};

use okta_cli::workspace;

/// The map of the browser's side and the API: tests by crate, binary and module, and the files that hold it.
const MAP: &str = "SECURITY.md";

/// What fails, what is seen then, and the tests that show it.
const OPERATIONS: &str = "api/OPERATIONS.md";

/// The map of the authorization server, in a section of this name: tests by module, in the crate's `tests/it`.
const MAP_OF_THE_ORG: (&str, &str) = ("e2e/okta-local/README.md", "\n## Security\n");

/// Folders of crates, as a path begins in [`MAP`].
const FOLDERS: [&str; 4] = ["api/", "e2e/", "frontend/", "shared/"];

#[test]
fn every_test_that_the_security_map_names_exists() {
    check_tests(MAP, 50);
}

#[test]
fn every_test_that_the_page_for_operators_names_exists() {
    check_tests(OPERATIONS, 30);
}

fn check_tests(file: &str, at_least: usize) {
    let (text, crates) = (read(file), crates());
    let is_test = |name: &&str| name.contains("::") && !name.contains(' ');
    let named: Vec<&str> = quoted(&text).filter(is_test).collect();
    check(&named, at_least, |name| {
        let (krate, rest) = name.split_once("::")?;
        let (_, folder) = crates.iter().find(|(own, _)| own == krate)?;
        file_of_test(folder, rest)
    });
}

#[test]
fn every_file_that_the_security_map_names_exists() {
    let text = read(MAP);
    let is_path = |name: &&str| FOLDERS.iter().any(|folder| name.starts_with(folder));
    let named: Vec<&str> = quoted(&text).filter(is_path).collect();
    check(&named, 50, |name| Some(workspace().join(name)).filter(|path| path.exists()));
}

#[test]
fn what_is_not_met_says_why() {
    for file in [MAP, MAP_OF_THE_ORG.0] {
        let text = read(file).replace("Not met", "not met");
        for rest in text.split("not met").skip(1) {
            let reason = rest.strip_prefix(": ").and_then(|rest| rest.split(" |").next());
            assert!(reason.is_some_and(|reason| reason.len() > 40), "{file}: not met{}", &rest[..20]);
        }
    }
}

/// There a module may stand for all of its tests.
#[test]
fn every_test_that_the_map_of_the_local_org_names_exists() {
    let (file, heading) = MAP_OF_THE_ORG;
    let text = read(file);
    let section = text.split_once(heading).map(|(_, rest)| rest).expect("the section of the map");
    let rows =
        section.split("\n## ").next().unwrap_or_default().lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | ").map(|(_, cell)| cell));
    let named: Vec<&str> = cells.flat_map(quoted).collect();
    let tests = workspace().join("e2e/okta-local/tests/it");
    check(&named, 50, |name| module_file(&tests, name).or_else(|| file_with_test(&tests, name)));
}

/// Each of `named` is found, and there are as many as make a map.
#[track_caller]
fn check(named: &[&str], at_least: usize, find: impl Fn(&str) -> Option<PathBuf>) {
    assert!(named.len() >= at_least, "{} names: the map was not read", named.len());
    let missing: Vec<_> = named.iter().filter(|name| find(name).is_none()).collect();
    assert!(missing.is_empty(), "named and not there: {missing:#?}");
}

/// What stands between back quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap()
}

/// The crates of the workspace with their folders, which bear their names.
fn crates() -> Vec<(String, PathBuf)> {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let folders = members.iter().map(|member| workspace().join(member.as_str().unwrap()));
    folders.map(|folder| (folder.file_name().unwrap().to_string_lossy().into_owned(), folder)).collect()
}

/// Of `binary::module::test` in a crate, or of `module::test` in its sources.
fn file_of_test(folder: &Path, name: &str) -> Option<PathBuf> {
    let (binary, rest) = name.split_once("::")?;
    let tests = folder.join("tests");
    if tests.join(binary).join("main.rs").is_file() {
        return file_with_test(&tests.join(binary), rest);
    }
    file_with_test(&tests, name).or_else(|| file_with_test(&folder.join("src"), name))
}

/// Of `module::test` below a folder; a module `tests` may stand in the file of what it tests.
fn file_with_test(folder: &Path, name: &str) -> Option<PathBuf> {
    let (module, test) = name.rsplit_once("::")?;
    let modules = [Some(module), module.strip_suffix("::tests")];
    let files = modules.into_iter().flatten().filter_map(|module| module_file(folder, module));
    files.into_iter().find(|file| has_test(&fs::read_to_string(file).unwrap(), test))
}

fn module_file(folder: &Path, module: &str) -> Option<PathBuf> {
    let path = folder.join(module.replace("::", "/"));
    [path.with_extension("rs"), path.join("mod.rs")].into_iter().find(|file| file.is_file())
}

/// The function is marked as a test, or made one for each database.
fn has_test(text: &str, name: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else { return false };
    let above = before.rsplit_once('\n').map_or("", |(above, _)| above);
    let mut marks = above.lines().rev().map(str::trim).take_while(|line| line.starts_with(['#', '/']));
    marks.any(is_test_mark) || is_made_for_each_database(text, name)
}

/// `#[test]`, `#[tokio::test(…)]` and the like.
fn is_test_mark(line: &str) -> bool {
    let path = line.strip_prefix("#[").and_then(|rest| rest.split(['(', ']']).next());
    path.is_some_and(|path| path == "test" || path.ends_with("::test"))
}

fn is_made_for_each_database(text: &str, name: &str) -> bool {
    let lists = text.split("on_both_databases!(").skip(1).filter_map(|rest| rest.split(')').next());
    lists.flat_map(|list| list.split(',')).any(|listed| listed.trim() == name)
}
