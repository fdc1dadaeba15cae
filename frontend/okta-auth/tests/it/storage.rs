//! What is stored by other versions, and storages that throw or are full.

use okta_auth::{AuthNotice, AuthStatus, Event, FetchError, Message, SignIn};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// As version 1 wrote it: without the clock's offset and the sign-in it comes from.
fn version_1(shared: &Shared) -> String {
    let record = shared.stored_session().unwrap();
    let mut record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let members = record.as_object_mut().unwrap();
    members.retain(|name, _| !matches!(name.as_str(), "offset" | "state" | "target"));
    record["v"] = 1.into();
    record.to_string()
}

fn newer(shared: &Shared) -> String {
    shared.stored_session().unwrap().replace(r#""v":2"#, r#""v":4"#)
}

#[test]
fn a_session_of_an_older_version_goes_on_and_is_written_anew_when_it_is_renewed() {
    let shared = Shared::new();
    let tab = Tab::of_alice(&shared);
    tab.store("session", &version_1(&shared));
    let mut tab = tab.load(PAGE);
    assert!(tab.is_signed_in());
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    let record = shared.stored_session().unwrap();
    assert!(record.contains(r#""v":2"#) && record.contains("refresh-2"), "{record}");
}

#[test]
fn a_session_of_a_newer_version_is_left_alone_and_counts_as_none() {
    let shared = Shared::new();
    let tab = Tab::of_alice(&shared);
    let record = newer(&shared);
    tab.store("session", &record);
    let tab = tab.load(PAGE);
    assert_eq!((tab.status(), tab.notice()), (AuthStatus::Anonymous, None));
    assert_eq!(shared.stored_session(), Some(record));
}

#[test]
fn a_tab_whose_session_a_newer_version_took_over_says_so_and_disturbs_nothing() {
    for renewing in [false, true] {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared);
        let record = newer(&shared);
        tab.store("session", &record);
        if renewing {
            shared.pass(3600);
            tab.fetch(1, API);
            assert_eq!(tab.refused(1), Some(&FetchError::SessionExpired));
        } else {
            tab.take(Event::StorageChanged);
        }
        assert_eq!(tab.notice(), Some(AuthNotice::NewerVersion));
        assert!(tab.sent.is_empty() && tab.said().is_empty() && shared.lock_is_free());
        assert_eq!(shared.stored_session(), Some(record));
    }
}

#[test]
fn a_renewal_that_a_newer_version_overtook_leaves_its_session_alone() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let record = newer(&shared);
    tab.store("session", &record);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!((tab.notice(), shared.stored_session()), (Some(AuthNotice::NewerVersion), Some(record)));
    assert!(shared.lock_is_free());
}

fn key_of_transactions(tab: &Tab) -> String {
    tab.session.keys().find(|key| key.ends_with("transactions")).unwrap().clone()
}

#[test]
fn a_sign_in_begun_by_an_older_version_is_finished() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/a"));
    let key = key_of_transactions(&tab);
    let record: serde_json::Value = serde_json::from_str(&tab.session[&key]).unwrap();
    tab.session.insert(key, record["pending"].to_string());
    let tab = tab.come_back(&asked, 1, |_| {});
    assert_eq!(tab.replaced().last(), Some(&"/a"));
}

#[test]
fn sign_ins_of_a_newer_version_are_left_alone_and_count_as_none() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/a"));
    let key = key_of_transactions(&tab);
    let record = tab.session[&key].replace(r#""v":2"#, r#""v":3"#);
    tab.session.insert(key.clone(), record.clone());
    let tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    assert_eq!(tab.failure().as_deref(), Some("not_started"));
    assert_eq!(tab.session[&key], record);
}

#[test]
fn a_storage_that_throws_loses_no_session_that_is_in_memory() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    assert!(tab.machine().keeps_session());
    shared.throws.set(true);
    tab.take(Event::StorageChanged);
    tab.take(Event::Returned);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert!(tab.is_signed_in() && tab.notice().is_none());
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    assert!(!tab.machine().keeps_session(), "and the app can tell the person");
}

#[test]
fn a_storage_that_throws_from_the_start_means_nobody_is_signed_in() {
    let shared = Shared::new();
    shared.throws.set(true);
    let mut tab = Tab::open(&shared, PAGE);
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata());
    assert!(tab.navigations().is_empty() && tab.notice().is_some());
    let tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state=s"));
    assert_eq!(tab.failure().as_deref(), Some("storage_refused"));
}

#[test]
fn a_storage_that_fills_up_keeps_no_refresh_token_that_is_used_up() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.full.set(true);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    assert_eq!(shared.stored_session(), None, "a reload with the old one would look like a theft");
    assert!(tab.is_signed_in() && !tab.machine().keeps_session());
    shared.full.set(false);
    shared.pass(3600);
    tab.fetch(2, API);
    tab.answer("/token", 200, &org::renewed(3, shared.now()));
    tab.verify(true);
    assert!(tab.machine().keeps_session() && shared.stored_session().unwrap().contains("refresh-3"));
}

#[test]
fn after_a_sign_out_nothing_is_left_in_any_storage() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.leave_for_org(SignIn::to("/a"));
    tab.take(Event::Returned);
    tab.take(Event::UserInfoWanted);
    tab.answer("/userinfo", 200, r#"{"sub":"00u1","nickname":"Al"}"#);
    assert!(shared.local.borrow().len() > 1);
    tab.take(Event::SignOut);
    assert!(shared.local.borrow().is_empty() && tab.session.is_empty());
    assert_eq!(tab.said().last(), Some(&Message::SignedOut(org::alice())));
}

/// Another app of this origin, or another org, may have written under the same name.
#[test]
fn a_session_of_another_issuer_or_client_or_of_no_version_is_none() {
    for (name, value) in
        [("issuer", "https://other.example".into()), ("client_id", "0oa2".into()), ("v", 0.into())]
    {
        let shared = Shared::new();
        let tab = Tab::of_alice(&shared);
        let mut record: serde_json::Value = serde_json::from_str(&shared.stored_session().unwrap()).unwrap();
        record[name] = value;
        tab.store("session", &record.to_string());
        let tab = tab.load(PAGE);
        assert_eq!((tab.status(), tab.notice()), (AuthStatus::Anonymous, None), "{name}");
        assert_eq!(shared.stored_session(), None, "{name}");
    }
}

/// A record may say it is ours and hold somebody else's ID token.
#[test]
fn a_session_with_an_id_token_of_somebody_else_is_none() {
    for claim in ["iss", "sub", "aud"] {
        let shared = Shared::new();
        let tab = Tab::of_alice(&shared);
        let mut record: serde_json::Value = serde_json::from_str(&shared.stored_session().unwrap()).unwrap();
        let spoil = |claims: &mut serde_json::Value| claims[claim] = serde_json::Value::Null;
        record["id_token"] = org::id_token(1, Some("n"), shared.now(), spoil).into();
        tab.store("session", &record.to_string());
        assert_eq!(tab.load(PAGE).status(), AuthStatus::Anonymous, "{claim}");
        assert_eq!(shared.stored_session(), None, "{claim}");
    }
}

#[test]
fn pending_sign_ins_of_a_newer_version_are_left_alone_when_somebody_else_has_come() {
    let shared = Shared::new();
    let mut other = Tab::open(&shared, PAGE);
    let asked = other.leave_for_org(SignIn::to("/"));
    let key = key_of_transactions(&other);
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    let newer = r#"{"v":4,"pending":["what nobody here can read"]}"#;
    tab.session.insert(key.clone(), newer.to_owned());
    other.come_back(&asked, 2, |claims| claims["sub"] = "00u2".into());
    tab.take(Event::StorageChanged);
    assert!(matches!(tab.status(), AuthStatus::SignedIn(person) if person.sub == "00u2"));
    assert_eq!(tab.session.get(&key).map(String::as_str), Some(newer));
}
