//! Whose is what the shop keeps: every signal and every storage key that outlives a moment has an owner.
//!
//! One person may take another's place while a page is open. What is about a person must be in a part of the page
//! that is put up anew then, be emptied then, or lie in the person's own storage. This test finds every place that
//! keeps something and fails where the tables below do not say whose it is: a place that is added must be thought
//! about.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic, here the helpers around it too")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Whose something is.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    /// About nobody: for the reason given beside it.
    Nobodys,
    /// Emptied or replaced when the owner changes, by the function given beside it.
    Emptied,
    /// In a guarded part of the page, which is put up anew.
    Guarded,
    /// What the sign-in itself shows; it changes with it.
    SignIn,
}
use Whose::{Emptied, Guarded, Nobodys, SignIn};

/// Where signals are made: the file, how many, whose, and why.
const SIGNALS: [(&str, usize, Whose, &str); 18] = [
    ("frontend/src/cart/account.rs", 1, Nobodys, "whether a request is under way"),
    ("frontend/src/cart/store.rs", 4, Emptied, "belong_to("),
    ("frontend/src/catalogue/store.rs", 6, Nobodys, "the same for everybody"),
    ("frontend/src/layout/toasts.rs", 1, Emptied, "clear("),
    ("frontend/src/live.rs", 1, Nobodys, "where all of them are made"),
    ("frontend/src/loading.rs", 1, Guarded, "lives as long as the part that asks"),
    ("frontend/src/navigation/state.rs", 2, Nobodys, "the address, as the browser shows it"),
    ("frontend/src/pages/account/checkout/mod.rs", 1, Guarded, ""),
    ("frontend/src/pages/account/checkout/placing.rs", 2, Guarded, ""),
    ("frontend/src/pages/account/order.rs", 1, Guarded, ""),
    ("frontend/src/pages/account/order_actions.rs", 3, Guarded, ""),
    ("frontend/src/pages/account/order_list.rs", 2, Guarded, ""),
    ("frontend/src/pages/account/staff/stock.rs", 3, Guarded, ""),
    ("frontend/src/pages/diagnostics/mod.rs", 2, Nobodys, "the configuration; development builds only"),
    ("frontend/src/pages/product.rs", 1, Nobodys, "how many pieces, before they are in a cart"),
    ("frontend/src/prepared.rs", 1, Nobodys, "what a page for everybody is called"),
    ("frontend/okta-sycamore/src/driver.rs", 6, SignIn, ""),
    ("frontend/okta-sycamore/src/person_storage.rs", 0, SignIn, ""),
];

/// Pages whose content nobody sees but whoever has signed in: nothing is made before the guard.
const GUARDED_PAGES: [&str; 6] = [
    "frontend/src/pages/account/checkout/mod.rs",
    "frontend/src/pages/account/messages.rs",
    "frontend/src/pages/account/order.rs",
    "frontend/src/pages/account/orders.rs",
    "frontend/src/pages/account/profile.rs",
    "frontend/src/pages/account/staff/mod.rs",
];

/// Who writes to a storage of the browser: the file, how often, and what.
const STORAGES: [(&str, usize, &str); 7] = [
    ("frontend/src/browser.rs", 1, "the way to what is nobody's"),
    ("frontend/src/cart/store.rs", 3, "nobody's cart; a person's lies in their storage"),
    ("frontend/src/checkout/mod.rs", 2, "address and open order, in the person's storage"),
    ("frontend/src/pages/diagnostics/browser.rs", 4, "a probe that is removed at once"),
    ("frontend/src/cart/account.rs", 1, "hands the person's storage to the cart"),
    (
        "frontend/okta-sycamore/src/keys.rs",
        1,
        "the key of a session, named after its sign-in; used with that session's tokens only, and dropped with it",
    ),
    (
        "frontend/okta-sycamore/src/storage.rs",
        2,
        "the driver's own, for the slots below and people's storages",
    ),
];

/// The slots of `okta-auth`, and why each may outlive a person.
const SLOTS: [(&str, &str); 7] = [
    ("session", "is the person's session; read again before it is used, replaced when another signs in"),
    ("transactions", "sign-ins under way; what is kept for somebody else is left out when the owner changes"),
    ("sign-out", "a random state"),
    ("active", "a time"),
    ("userinfo", "an owned slot: its key bears the person"),
    ("wanted", "places that nobody in particular wants to go to; gone when somebody signs in"),
    ("wanted", "an owned slot: its key bears the person"),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The sources of the browser's side without their tests, by their path in the workspace.
fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<_> = ["frontend/src", "frontend/okta-auth/src", "frontend/okta-sycamore/src"]
        .map(|f| workspace().join(f))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code: Vec<&str> = text
                    .split("#[cfg(test)]\nmod ")
                    .next()
                    .unwrap()
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect();
                let name = path.strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned();
                found.insert(name, code.join("\n"));
            }
        }
    }
    assert!(found.len() > 100, "the sources are not where this test looks");
    found
}

/// How often the code names one of these, each as a word of its own.
fn count(code: &str, names: &[&str]) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let times =
        |name: &&str| code.match_indices(*name).filter(|(at, _)| !code[..*at].ends_with(word)).count();
    names.iter().map(times).sum()
}

#[track_caller]
fn check(what: &str, names: &[&str], known: &[(&str, usize)]) {
    for (file, code) in sources() {
        let seen = count(&code, names);
        let said = known.iter().filter(|(name, _)| *name == file).map(|(_, count)| count).sum();
        assert_eq!(seen, said, "{file}: {what}: say in the table of this test whose each of them is");
    }
}

#[test]
fn every_signal_has_an_owner() {
    let known = SIGNALS.map(|(file, count, ..)| (file, count));
    check("places where a signal is made", &["signal(", "create_signal("], &known);
    let sources = sources();
    for (file, _, whose, how) in SIGNALS {
        match whose {
            Emptied => {
                let function = format!("fn {how}");
                assert!(sources[file].contains(&function), "{file}: nothing empties it: {how}");
                let calls: usize = sources.values().map(|code| count(code, &[how])).sum();
                assert!(calls > 1, "{file}: {how} is never called");
            }
            Guarded => assert!(
                file.starts_with("frontend/src/pages/account/") || !how.is_empty(),
                "{file} is not guarded"
            ),
            Nobodys => assert!(!how.is_empty(), "{file}: why is it about nobody?"),
            SignIn => assert!(file.starts_with("frontend/okta-sycamore/"), "{file}"),
        }
    }
}

#[test]
fn nothing_of_a_guarded_page_is_made_outside_of_its_guard() {
    let sources = sources();
    for file in GUARDED_PAGES {
        let code = &sources[file];
        for page in
            code.split("pub(super) fn ").filter(|part| part.split('(').next().unwrap().ends_with("page"))
        {
            let (before, guarded) =
                page.split_once("secured(").unwrap_or_else(|| panic!("{file} is not guarded"));
            assert_eq!(
                count(before, &["signal(", "Placing::new("]),
                0,
                "{file}: made before the guard: {before}"
            );
            assert!(!guarded.is_empty());
        }
    }
    let guards = |file: &str, code: &str| !file.ends_with("/secured.rs") && count(code, &["secured("]) > 0;
    let all = sources.iter().filter(|(file, code)| guards(file, code)).count();
    assert_eq!(all, GUARDED_PAGES.len(), "a guarded page that the list does not know");
}

#[test]
fn every_text_in_a_storage_has_an_owner() {
    let known = STORAGES.map(|(file, count, _)| (file, count));
    let names = [
        "browser::write(",
        "browser::read(",
        "person_storage()?",
        "person_storage() {",
        "person_storage())",
        "local_storage()",
        "session_storage()",
        "indexed_db(",
        "set_cookie(",
    ];
    check("uses of a storage of the browser", &names, &known);
}

#[test]
fn every_slot_of_the_sign_in_is_thought_about() {
    let mut found: Vec<String> = Vec::new();
    for (file, code) in sources().iter().filter(|(file, _)| file.contains("okta-auth")) {
        for call in [".slot(", ".beside_session(", ".owned_slot("] {
            for part in code.split(call).skip(1) {
                let arguments = part.split([';', '\n']).next().unwrap();
                if let Some(name) = arguments.split('"').nth(1) {
                    found.push(name.to_owned());
                } else {
                    assert!(
                        arguments.contains("name"),
                        "{file}: a slot whose name this test cannot read: {arguments}"
                    );
                }
            }
        }
    }
    found.sort();
    let mut known = SLOTS.map(|(name, _)| name.to_owned());
    known.sort();
    assert_eq!(found, known, "say in the table of this test why a slot may outlive a person");
}
