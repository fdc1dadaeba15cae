use okta_auth::{AuthNotice, AuthStatus, Event, FetchError, Message, SignIn};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// Two tabs of alice's.
fn two(shared: &Shared) -> (Tab, Tab) {
    let first = Tab::of_alice(shared);
    let mut second = Tab::open(shared, PAGE);
    assert!(second.is_signed_in(), "a new tab needs no password");
    second.done.clear();
    (first, second)
}

#[test]
fn two_tabs_that_need_a_token_at_once_renew_once() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(1, API);
    assert_eq!((first.sent.len(), second.sent.len()), (1, 0));
    first.answer("/token", 200, &org::renewed(2, shared.now()));
    first.verify(true);
    second.grant_lock();
    assert_eq!(second.forwarded(1), [Some(org::access_token(2))]);
    assert!(second.history.is_empty(), "the second tab reads what the first one brought");
}

#[test]
fn a_frozen_tab_that_wakes_uses_what_others_renewed() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    for round in 2..5 {
        shared.pass(3600);
        first.fetch(round.into(), API);
        first.answer("/token", 200, &org::renewed(round, shared.now()));
        first.verify(true);
    }
    second.fetch(1, API);
    assert_eq!(second.forwarded(1), [Some(org::access_token(4))]);
    shared.pass(3600);
    second.fetch(2, API);
    second.answer("openid-configuration", 200, &org::metadata());
    let (_, request) = second.request("/token");
    assert!(request.form.unwrap().as_str().contains("refresh_token=refresh-4"), "never an older one");
}

#[test]
fn without_locks_the_slower_tab_takes_what_the_faster_one_brought() {
    let shared = Shared::new();
    let (first, second) = two(&shared);
    let (mut first, mut second) = (first.without_locks(), second.without_locks());
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(1, API);
    second.answer("openid-configuration", 200, &org::metadata());
    first.answer("/token", 200, &org::renewed(2, shared.now()));
    first.verify(true);
    second.answer("/token", 400, &org::error("invalid_grant", "The refresh token is invalid or expired."));
    assert!(second.is_signed_in());
    assert_eq!(second.forwarded(1), [Some(org::access_token(2))]);
}

#[test]
fn a_sign_out_shows_in_the_other_tabs_and_none_signs_itself_in_again() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    first.take(Event::SignOut);
    second.take(Event::Heard(Message::SignedOut(org::alice())));
    second.take(Event::StorageChanged);
    assert_eq!(
        (second.status(), second.notice()),
        (AuthStatus::Anonymous, Some(AuthNotice::SignedOutElsewhere))
    );
    assert!(second.navigations().is_empty() && second.history.is_empty());
    assert!(second.said().is_empty(), "no echo");
}

#[test]
fn the_storage_alone_tells_of_a_sign_out_too() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    first.take(Event::SignOut);
    second.take(Event::StorageChanged);
    assert_eq!(second.notice(), Some(AuthNotice::SignedOutElsewhere));
}

#[test]
fn a_sign_out_elsewhere_wins_over_a_renewal_in_flight() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    shared.pass(3600);
    first.fetch(1, API);
    second.take(Event::SignOut);
    // The message has not arrived yet; the storage is empty already.
    first.answer("/token", 200, &org::renewed(2, shared.now()));
    first.verify(true);
    assert_eq!((first.status(), shared.stored_session()), (AuthStatus::Anonymous, None));
    assert_eq!(first.refused(1), Some(&FetchError::SignedOut));
    assert!(shared.lock_is_free());
    let (_, request) = first.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-2"));
}

#[test]
fn a_sign_in_and_an_expiry_show_in_the_other_tabs() {
    let shared = Shared::new();
    let mut other = Tab::open(&shared, PAGE);
    let mut first = Tab::of_alice(&shared);
    other.take(Event::Heard(Message::SignedIn));
    assert!(other.is_signed_in());
    shared.pass(3600);
    first.fetch(1, API);
    first.answer("/token", 400, &org::error("invalid_grant", "The refresh token is invalid or expired."));
    other.take(Event::Heard(Message::Expired(org::alice())));
    assert_eq!(other.notice(), Some(AuthNotice::SessionExpired));
}

#[test]
fn the_storage_alone_tells_of_the_end_and_of_its_reason() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    shared.pass(3600);
    first.fetch(1, API);
    first.answer("/token", 400, &org::error("invalid_grant", "The refresh token is invalid or expired."));
    second.take(Event::StorageChanged);
    assert_eq!(second.notice(), Some(AuthNotice::SessionExpired));
}

#[test]
fn a_page_from_the_back_forward_cache_looks_again() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    first.take(Event::SignOut);
    second.take(Event::Returned);
    assert!(!second.is_signed_in());
}

#[test]
fn a_lock_that_never_comes_fails_the_request_and_keeps_the_session() {
    let shared = Shared::new();
    let (mut first, mut second) = two(&shared);
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(1, API);
    shared.pass(45);
    second.take(Event::Woke);
    assert_eq!(second.refused(1), Some(&FetchError::Unreachable));
    assert!(second.is_signed_in());
}

#[test]
fn hostile_or_foreign_storage_contents_are_removed_and_nobody_is_signed_in() {
    let shared = Shared::new();
    drop(Tab::of_alice(&shared));
    let key = shared.local.borrow().keys().next().unwrap().clone();
    let good = shared.stored_session().unwrap();
    for text in [
        String::new(),
        "null".into(),
        "{}".into(),
        "[".repeat(10_000),
        good.replace(r#""v":2"#, r#""v":0"#),
        good.replace(r#""v":2"#, r#""v":"2""#),
        good.replace("org.example/oauth2/default\"", "evil.test\""),
        good.replace(r#""client_id":"0oa1""#, r#""client_id":"0oa2""#),
        good.replace("access-1", "access 1"),
        good.replace(r#""id_token":"ey"#, r#""id_token":"é"#),
        good.replace(r#""expires_at":17"#, r#""expires_at":-9e99,"x":17"#),
    ] {
        assert_ne!(text, good);
        shared.local.borrow_mut().insert(key.clone(), text.clone());
        let tab = Tab::open(&shared, PAGE);
        assert_eq!(tab.status(), AuthStatus::Anonymous, "{text:.60}");
        assert!(shared.local.borrow().is_empty(), "{text:.60}");
    }
}

#[test]
fn a_storage_that_keeps_nothing_leaves_a_session_for_the_life_of_the_page() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/"));
    shared.full.set(true);
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::tokens(1, &asked["nonce"], shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert!(tab.is_signed_in());
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
}

#[test]
fn a_session_may_be_kept_in_one_tab_or_in_memory_only() {
    for kind in [okta_auth::StorageKind::Session, okta_auth::StorageKind::Memory] {
        let shared = Shared::new();
        let config = okta_auth::AuthConfig { session_storage: kind, ..config() };
        let mut tab = Tab::open_with(&shared, PAGE, &config, Default::default());
        let asked = tab.leave_for_org(SignIn::to("/"));
        let address = format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]);
        let mut tab = Tab::open_with(&shared, &address, &config, tab.session);
        tab.answer("openid-configuration", 200, &org::metadata());
        tab.answer("/token", 200, &org::tokens(1, &asked["nonce"], shared.now()));
        tab.answer("/keys", 200, &org::keys("k1"));
        tab.verify(true);
        assert!(tab.is_signed_in() && shared.local.borrow().is_empty());
        let reloaded = Tab::open_with(&shared, PAGE, &config, tab.session);
        assert_eq!(reloaded.is_signed_in(), kind == okta_auth::StorageKind::Session);
    }
}
