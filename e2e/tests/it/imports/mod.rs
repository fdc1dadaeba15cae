//! Who imports whom among the files of a crate: no circle, and no child that names what stands in its parent's file.
//!
//! A circle is a set of files that can only be understood together. `mod.rs` may name its children; what they need of
//! it stands in a file of its own, and may be passed on by `pub use`. Every path that begins in the crate itself
//! counts, in `use` lines and elsewhere; what stands in macros and in unit tests does not.

mod modules;
mod reader;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use self::modules::Modules;

/// Folders of the crates.
const CRATES: [&str; 12] = [
    "shared",
    "shared/okta-types",
    "frontend",
    "frontend/okta-auth",
    "frontend/okta-sycamore",
    "api",
    "api/okta-jwt",
    "api/okta-actix",
    "e2e",
    "e2e/okta-cli",
    "e2e/okta-local",
    "e2e/xtask",
];

/// Circles still to untie, each by its folder and its files. No line may be added.
const CIRCLES: &[&str] = &[];

/// Files still to be parted from what their children name in them. No line may be added.
const PARENTS: &[&str] = &[];

/// The floors of `okta-auth`, from the lowest up: a file or a folder each. None knows one above it.
const FLOORS: [&str; 6] = ["protocol", "interface", "tickets", "step_context", "machine", "step"];

/// The flows of `okta-auth`: files of `machine/`. None calls another; what more than one of them needs stands in the files
/// that are not listed.
const FLOWS: [&str; 9] =
    ["callback", "fetch", "idle", "renewal", "sign_out", "signing_in", "silent_renewal", "tabs", "user_info"];

/// The file that calls the flows beside `mod.rs`: each answer goes to the one that waits for it.
const DISPATCH: &str = "answers";

#[test]
fn flows_of_the_sign_in_core_do_not_call_each_other() {
    let modules = Modules::read(&okta_cli::workspace().join("frontend/okta-auth/src"));
    assert_eq!(modules.known_to_none_beside("machine", &[DISPATCH]), BTreeSet::from(FLOWS));
}

#[test]
fn the_floors_of_the_sign_in_core_import_downwards_only() {
    let modules = Modules::read(&okta_cli::workspace().join("frontend/okta-auth/src"));
    assert_eq!(modules.upwards(&FLOORS), BTreeSet::new());
}

#[test]
fn files_of_a_crate_do_not_import_each_other_in_a_circle() {
    let found = everywhere(|modules, folder| {
        modules.circles().iter().map(|files| format!("{folder}: {}", files.join(" "))).collect()
    });
    compare("CIRCLES", CIRCLES, &found);
}

#[test]
fn children_name_nothing_that_stands_in_the_file_of_their_parent() {
    let found = everywhere(|modules, folder| {
        modules.named_parents().iter().map(|file| format!("{folder}: {file}")).collect()
    });
    compare("PARENTS", PARENTS, &found);
}

fn everywhere(find: impl Fn(&Modules, &str) -> Vec<String>) -> BTreeSet<String> {
    let of = |folder: &&str| find(&Modules::read(&okta_cli::workspace().join(folder).join("src")), folder);
    CRATES.iter().flat_map(of).collect()
}

#[track_caller]
fn compare(list: &str, listed: &[&str], found: &BTreeSet<String>) {
    let listed: BTreeSet<String> = listed.iter().map(|line| (*line).to_owned()).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new, to be untied: {new:#?}\nno longer there, to be taken out of {list}: {gone:#?}"
    );
}

/// Writes the files of a crate, each with what stands in it.
fn crate_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, code) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, code).unwrap();
    }
    folder
}

#[track_caller]
fn check(files: &[(&str, &str)], circles: &[&[&str]], parents: &[&str]) {
    let folder = crate_of(files);
    let modules = Modules::read(Path::new(folder.path()));
    assert_eq!(
        (modules.circles(), modules.named_parents()),
        (
            circles.iter().map(|files| files.iter().map(|file| (*file).to_owned()).collect()).collect(),
            parents.iter().map(|file| (*file).to_owned()).collect(),
        )
    );
}

#[test]
fn a_circle_is_seen_wherever_a_path_stands() {
    let root = ("lib.rs", "mod a; mod b; mod c;");
    let c = ("c.rs", "use crate::a::A; pub struct C;");
    let by_use = ("a.rs", "use crate::{b::{B as _, nothing}, c}; pub struct A;");
    check(&[root, by_use, ("b.rs", "pub struct B;"), c], &[&["a.rs", "c.rs"]], &[]);
    let by_path = ("a.rs", "pub struct A; fn f() { if true { super::b::f(); } }");
    check(&[root, by_path, ("b.rs", "pub fn f(_: crate::c::C) {}"), c], &[&["a.rs", "b.rs", "c.rs"]], &[]);
    let in_a_module = ("a.rs", "pub struct A; mod inner { use super::super::c::C; }");
    check(&[root, in_a_module, ("b.rs", ""), c], &[&["a.rs", "c.rs"]], &[]);
    let in_tests =
        ("a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::c::C; } #[cfg(test)] use crate::c;");
    check(&[root, in_tests, ("b.rs", ""), c], &[], &[]);
}

#[test]
fn a_name_that_is_passed_on_stands_where_it_stands() {
    let root = ("lib.rs", "mod keys; mod cache; pub use keys::Key;");
    let cache = ("cache.rs", "use crate::Key; pub struct Cache;");
    let keys = |set: &'static str| ("keys/mod.rs", set);
    let key = ("keys/key.rs", "pub struct Key;");
    check(
        &[root, cache, key, keys("mod key; pub(crate) use self::key::Key; use crate::cache::Cache;")],
        &[],
        &[],
    );
    check(&[root, cache, key, keys("mod key; pub(crate) use key::*; use crate::cache::Cache;")], &[], &[]);
    let set = keys("pub struct Key; use crate::cache::Cache;");
    check(&[root, cache, set], &[&["cache.rs", "keys/mod.rs"]], &[]);
}

#[test]
fn a_child_that_names_its_parents_items_is_seen() {
    let root = ("lib.rs", "mod store; pub const WHERE: u8 = 1;");
    let store = (
        "store.rs",
        "mod limits; mod orders; pub(crate) use self::limits::MOST; struct Store; impl Store {}",
    );
    let limits = ("store/limits.rs", "pub(crate) const MOST: u8 = 1;");
    check(&[root, store, limits, ("store/orders.rs", "use super::MOST; use super::limits;")], &[], &[]);
    check(&[root, store, limits, ("store/orders.rs", "use super::{MOST, Store};")], &[], &["store.rs"]);
    check(&[root, store, limits, ("store/orders.rs", "const HERE: u8 = crate::WHERE;")], &[], &["lib.rs"]);
}

#[test]
fn an_import_of_a_higher_floor_is_seen() {
    let folder = crate_of(&[
        ("lib.rs", "mod low; mod high; mod top;"),
        ("low/mod.rs", "mod a; mod b;"),
        ("low/a.rs", "use crate::low::b::B;"),
        ("low/b.rs", "pub struct B; fn f(_: crate::high::H) {}"),
        ("high.rs", "use crate::low::b::B; pub struct H;"),
        ("top.rs", "use crate::{low::b::B, high::H};"),
    ]);
    let found = Modules::read(folder.path()).upwards(&["low", "high", "top"]);
    assert_eq!(found, BTreeSet::from(["low/b.rs".to_owned()]));
}

#[test]
fn a_call_from_one_flow_to_another_is_seen_by_path_and_by_method() {
    let (root, machine) = (("lib.rs", "mod machine;"), ("machine/mod.rs", "mod core; mod a; mod b;"));
    let core = ("machine/core.rs", "pub struct Core; impl Core { fn new() -> Self { Self } }");
    let flow = ("machine/a.rs", "use crate::machine::core::Core; pub fn start(_: &mut Core) {}");
    let method = ("machine/a.rs", "use crate::machine::core::Core; impl Core { fn start(&mut self) {} }");
    let by_use = ("machine/b.rs", "use crate::machine::{a, core::Core}; fn go(c: &mut Core) { a::start(c) }");
    let by_path = ("machine/b.rs", "fn go(c: &mut super::core::Core) { super::a::start(c) }");
    let alone = ("machine/b.rs", "pub fn go(_: &mut super::core::Core) {}");
    let flows = |files: &[(&str, &str)]| -> Vec<String> {
        let folder = crate_of(files);
        let modules = Modules::read(folder.path());
        modules.known_to_none_beside("machine", &["answers"]).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(flows(&[root, machine, core, flow, alone]), ["a", "b"]);
    let answers = ("machine/answers.rs", "fn go(c: &mut super::core::Core) { super::a::start(c) }");
    assert_eq!(flows(&[root, machine, core, flow, alone, answers]), ["a", "b"]);
    assert_eq!(flows(&[root, machine, core, flow, by_use]), ["b"]);
    assert_eq!(flows(&[root, machine, core, flow, by_path]), ["b"]);
    assert_eq!(flows(&[root, machine, core, method, alone]), ["b"]);
}
