//! The life of a key: lost, replaced, dropped with its session.

use super::*;

#[test]
fn a_lost_key_ends_the_session_with_its_own_words() {
    for wants in ["a request", "a renewal", "the claims"] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        shared.keys.kept.borrow_mut().clear();
        match wants {
            "a request" => tab.fetch(1, API),
            "a renewal" => {
                shared.pass(3600);
                tab.fetch(1, API);
            }
            _ => tab.take(Event::UserInfoWanted),
        }
        assert_eq!(tab.notice(), Some(AuthNotice::KeyLost), "{wants}");
        assert!(!tab.is_signed_in() && shared.is_expired() && tab.navigations().is_empty(), "{wants}");
        assert_eq!(tab.said(), [Message::Expired(org::alice())], "{wants}");
        if wants != "the claims" {
            assert_eq!(tab.refused(1), Some(&FetchError::SessionExpired), "{wants}");
        }
        assert!(tab.sent.is_empty() && shared.lock_is_free(), "{wants}");
        assert_eq!(tab.machine().owner().subject(), Some(&org::alice()), "what is on the screen stays");
    }
}

#[test]
fn a_key_that_another_tabs_sign_in_has_replaced_ends_nothing() {
    for renews in [false, true] {
        let shared = Shared::new();
        let mut first = signed_in(&shared);
        let second = Tab::open(&shared, PAGE);
        let (mut second, nonce) = back_with_a_code(second, &metadata());
        finish(&mut second, &bound(7, Some(&nonce), shared.now()));
        assert_eq!((shared.keys.count(), shared.keys.made.get()), (1, 2), "the old one is dropped");
        // The first tab has not heard of it yet.
        if renews {
            first.take(Event::FetchDropped { fetch: FetchId(9) });
        }
        first.fetch(1, API);
        assert_eq!(first.forwarded(1).last(), Some(&Some(org::access_token(7))), "{renews}");
        assert!(first.is_signed_in() && first.notice().is_none());
    }
}

#[test]
fn a_key_that_was_missing_for_the_session_before_does_not_end_the_one_that_is_here() {
    let shared = Shared::new();
    let mut first = signed_in(&shared);
    first.fetch(1, API);
    let before = first.done.iter().find_map(|effect| match effect {
        Effect::Forward { proof: Some(proof), .. } => Some(proof.key.clone()),
        _ => None,
    });
    let (mut second, nonce) = back_with_a_code(Tab::open(&shared, PAGE), &metadata());
    finish(&mut second, &bound(7, Some(&nonce), shared.now()));
    first.take(Event::StorageChanged);
    first.take(Event::FetchKeyLost { fetch: FetchId(1), key: before.unwrap() });
    assert_eq!(first.forwarded(1), [Some(org::access_token(1)), Some(org::access_token(7))]);
    assert!(first.is_signed_in() && first.notice().is_none(), "{:?}", first.notice());
}

#[test]
fn a_key_that_is_missing_at_a_renewal_does_not_end_the_session_of_a_later_sign_in() {
    let shared = Shared::new();
    let mut first = signed_in(&shared);
    let second = Tab::open(&shared, PAGE);
    shared.pass(3600);
    first.fetch(1, API);
    let (mut second, nonce) = back_with_a_code(second, &metadata());
    finish(&mut second, &bound(7, Some(&nonce), shared.now()));
    // The answer was lost; for the second attempt the key is gone.
    first.fail("/token", okta_auth::HttpFailure::Network);
    assert!(first.is_signed_in() && first.notice().is_none(), "{:?}", first.notice());
    assert_eq!(first.forwarded(1), [Some(org::access_token(7))]);
}

#[test]
fn a_browser_that_keeps_no_keys_has_a_session_for_the_life_of_the_page() {
    let shared = Shared::new();
    shared.keys.refuses.set(true);
    let mut tab = signed_in(&shared);
    assert!(!tab.machine().keeps_session() && shared.stored_session().is_none());
    tab.fetch(1, API);
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::DPoP));
    shared.pass(3600);
    tab.fetch(2, API);
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    assert!(!tab.machine().keeps_session() && shared.stored_session().is_none());
    let tab = tab.load(PAGE);
    assert!(!tab.is_signed_in() && tab.notice().is_none());
}

#[test]
fn a_session_in_memory_has_its_key_there() {
    let shared = Shared::new();
    let config = AuthConfig { session_storage: StorageKind::Memory, ..config() };
    let mut tab = signed_in_with(&shared, &config);
    assert!(tab.machine().keeps_session() && shared.keys.count() == 0);
    tab.take(Event::StorageChanged);
    tab.fetch(1, API);
    assert_eq!((forwarded(&tab, 1), tab.is_signed_in()), (Some(AuthScheme::DPoP), true));
}

#[test]
fn a_browser_that_makes_no_key_says_so() {
    let shared = Shared::new();
    shared.keys.fails.set(true);
    let (tab, _) = at_the_exchange(&shared, &config(), &metadata());
    assert_eq!((tab.failure().as_deref(), tab.under_way().len()), (Some("key_lost"), 0));
}

#[test]
fn a_sign_out_leaves_no_key_and_a_new_sign_in_makes_a_new_one() {
    for here_only in [true, false] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        tab.take(if here_only { Event::SignOutHere } else { Event::SignOut });
        assert_eq!(shared.keys.count(), 0);
        let _ = signed_in(&shared);
        assert_eq!((shared.keys.count(), shared.keys.used().len()), (1, 2));
    }
}

#[test]
fn a_session_that_ends_by_itself_or_elsewhere_leaves_no_key() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::SessionExpired), 0));

    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.local.borrow_mut().clear();
    tab.take(Event::StorageChanged);
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::SignedOutElsewhere), 0));
}

#[test]
fn a_later_version_goes_on_with_the_key() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.store("session", r#"{"v":9}"#);
    tab.take(Event::StorageChanged);
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::NewerVersion), 1));
}

#[test]
fn a_stored_key_that_cannot_be_read_is_as_good_as_no_session() {
    for (good, bad) in [(r#""x":"AQ"#, r#""x":"!Q"#), (r#""y":"#, r#""z":"#)] {
        let shared = Shared::new();
        let tab = signed_in(&shared);
        let text = shared.stored_session().unwrap();
        assert!(text.contains(good) && text.contains(r#""v":3"#), "{text}");
        tab.store("session", &text.replace(good, bad));
        assert!(!tab.load(PAGE).is_signed_in());
    }
}

#[test]
fn tokens_that_come_after_a_sign_out_are_revoked_whatever_their_type() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let (id, _): (_, HttpRequest) = tab.request("/token");
    tab.take(Event::SignOutHere);
    tab.sent.clear();
    tab.answer_to(id, 200, &bound(2, None, shared.now()));
    check_revoked(&mut tab, "token=refresh-2&");
}

/// Its page closed between the making of the key and the answer of the org.
#[test]
fn a_key_of_a_sign_in_whose_page_closed_goes_with_the_next_session() {
    let shared = Shared::new();
    drop(at_the_exchange(&shared, &config(), &metadata()));
    assert_eq!(shared.keys.count(), 1);
    shared.pass(60);
    let mut tab = signed_in(&shared);
    assert_eq!(shared.keys.count(), 2);
    // The org's page gives up after an hour, and its code after some minutes.
    shared.pass(70 * 60 + 1);
    tab.take(Event::SignOutHere);
    assert_eq!(shared.keys.count(), 0);
}

#[test]
fn the_key_of_a_sign_in_that_began_earlier_and_may_still_end_stays() {
    let shared = Shared::new();
    let (mut other, nonce) = at_the_exchange(&shared, &config(), &metadata());
    shared.pass(60);
    let mut tab = signed_in(&shared);
    assert_eq!(shared.keys.count(), 2);
    tab.take(Event::SignOutHere);
    assert_eq!(shared.keys.count(), 1);
    finish(&mut other, &bound(2, Some(&nonce), shared.now()));
    assert!(other.is_signed_in(), "{:?}", other.machine().callback());
    assert_eq!(shared.keys.count(), 1);
}

#[test]
fn keys_of_sign_ins_that_began_later_and_of_other_tabs_sessions_stay() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(60);
    let other = Tab::open_with(&shared, PAGE, &config(), BTreeMap::new());
    let (_later, _) = back_with_a_code(other, &metadata());
    assert_eq!(shared.keys.count(), 2);
    tab.take(Event::SignOutHere);
    assert_eq!(shared.keys.count(), 1);

    let shared = Shared::new();
    let each = AuthConfig { session_storage: StorageKind::Session, ..config() };
    let _ = signed_in_with(&shared, &each);
    shared.pass(60);
    signed_in_with(&shared, &each).take(Event::SignOutHere);
    assert_eq!(shared.keys.count(), 1);
}
