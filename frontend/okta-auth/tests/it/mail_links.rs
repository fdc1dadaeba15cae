//! A mail's link opens in another tab, or at another time: what the shop does with the org's way back from there.

use std::collections::BTreeMap;

use okta_auth::{
    AuthConfig, AuthNotice, CallbackStatus, Event, HttpFailure, SignIn, SignInError, StorageKind,
};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const CHECKOUT: &str = "/checkout?coupon=A#pay";

/// A tab that has left for the org, and what it asked.
fn left_for(shared: &Shared, target: &str) -> (Tab, BTreeMap<String, String>) {
    let mut tab = Tab::open(shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to(target));
    (tab, asked)
}

/// What the page that the org sent somebody to asks for, with the discovery document.
fn goes_on(tab: &mut Tab) -> BTreeMap<String, String> {
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.authorization()
}

/// Another tab in which a link of the app's *Initiate login URI* is opened.
fn link(shared: &Shared, query: &str) -> Tab {
    let mut tab = Tab::open(shared, &format!("{PAGE}/login?{query}"));
    tab.take(Event::Initiated { query: query.into() });
    tab
}

/// Another tab that comes to the callback.
fn callback(shared: &Shared, query: &str) -> Tab {
    Tab::open(shared, &format!("{PAGE}/login/callback?{query}"))
}

/// What a tab asks for that tries a sign-in again which has failed.
fn tries_again(tab: &mut Tab) -> BTreeMap<String, String> {
    let CallbackStatus::Failed(failure) = tab.machine().callback().clone() else { panic!() };
    tab.leave_for_org(failure.retry())
}

/// Where somebody lands who has left for the org with `asked`.
fn lands(tab: Tab, asked: &BTreeMap<String, String>, sub: &str) -> String {
    let tab = tab.come_back(asked, 1, |claims| claims["sub"] = sub.into());
    tab.replaced().last().unwrap().to_string()
}

fn code_for(asked: &BTreeMap<String, String>) -> String {
    format!("code=c1&state={}", asked["state"])
}

#[test]
fn an_answer_that_comes_to_another_tab_leads_by_a_sign_in_of_that_tab_to_the_wanted_page() {
    let shared = Shared::new();
    let (_, asked) = left_for(&shared, CHECKOUT);
    let mut other = callback(&shared, &code_for(&asked));
    assert_eq!(other.replaced(), ["/login/callback"], "the code leaves the address");
    let again = goes_on(&mut other);
    assert!(again["state"] != asked["state"] && !other.history.iter().any(|url| url.ends_with("/token")));
    assert_eq!(lands(other, &again, "00u1"), CHECKOUT);
}

/// Only the tab that began a sign-in can finish it.
#[test]
fn what_finishes_a_sign_in_stays_in_its_tab() {
    let shared = Shared::new();
    let (tab, asked) = left_for(&shared, CHECKOUT);
    let texts = shared.local.borrow();
    for secret in ["verifier", &asked["nonce"]] {
        assert!(!texts.values().any(|text| text.contains(secret)), "{secret}");
    }
    assert!(tab.has_transactions());
}

#[test]
fn a_stranger_s_answer_begins_nothing() {
    let shared = Shared::new();
    left_for(&shared, CHECKOUT);
    let other = callback(&shared, "code=c1&state=guessed");
    assert_eq!(other.failure().as_deref(), Some("not_started"));
    assert!(other.history.is_empty() && other.navigations().is_empty());
}

#[test]
fn a_refusal_that_comes_to_another_tab_is_shown_and_tried_again_to_the_wanted_page() {
    let shared = Shared::new();
    let (_, asked) = left_for(&shared, CHECKOUT);
    let mut other = callback(&shared, &format!("error=access_denied&state={}", asked["state"]));
    assert_eq!(other.failure().as_deref(), Some("access_denied"));
    assert!(other.history.is_empty());
    let again = tries_again(&mut other);
    assert_eq!(lands(other, &again, "00u1"), CHECKOUT);
}

#[test]
fn a_link_without_a_target_leads_to_the_page_that_was_wanted_last_in_this_browser() {
    let shared = Shared::new();
    left_for(&shared, "/orders");
    shared.pass(60);
    left_for(&shared, CHECKOUT);
    let mut other = link(&shared, &format!("iss={}", org::ISSUER));
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u1"), CHECKOUT);
}

#[test]
fn a_link_with_a_target_leads_there() {
    let shared = Shared::new();
    left_for(&shared, CHECKOUT);
    let mut other = link(&shared, "target_link_uri=%2Forders");
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u1"), "/orders");
}

/// The click of a button says where it ends.
#[test]
fn a_button_leads_where_it_says() {
    let shared = Shared::new();
    left_for(&shared, CHECKOUT);
    let (other, asked) = left_for(&shared, "/");
    assert_eq!(lands(other, &asked, "00u1"), "/");
}

#[track_caller]
fn check_minutes(minutes: i64, lands_on: &str) {
    let shared = Shared::new();
    left_for(&shared, CHECKOUT);
    shared.pass(minutes * 60);
    let mut other = link(&shared, "");
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u1"), lands_on, "{minutes}");
}

#[test]
fn a_wanted_page_is_remembered_for_half_an_hour() {
    check_minutes(29, CHECKOUT);
    check_minutes(30, "/");
    // The clock was corrected.
    check_minutes(-29, CHECKOUT);
    check_minutes(-31, "/");
}

#[test]
fn a_wanted_page_is_forgotten_when_somebody_has_signed_in() {
    let shared = Shared::new();
    let (first, asked) = left_for(&shared, CHECKOUT);
    assert_eq!(lands(first, &asked, "00u1"), CHECKOUT);
    let mut other = link(&shared, "");
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u1"), "/");
}

/// Where the session of somebody has expired, the page that they want next is theirs; with what they asked for there.
fn expired_at(target: &str) -> (Shared, BTreeMap<String, String>) {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.fetch(1, "http://localhost:8000/api");
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    assert!(shared.is_expired());
    tab.take(Event::SignIn(SignIn::to(target)));
    let asked = tab.authorization();
    (shared, asked)
}

#[test]
fn the_page_of_somebody_whose_session_has_expired_waits_for_them_and_for_nobody_else() {
    for (sub, lands_on) in [("00u1", "/orders/7"), ("00u2", "/")] {
        let (shared, _) = expired_at("/orders/7");
        let mut other = link(&shared, "");
        let asked = goes_on(&mut other);
        assert_eq!(lands(other, &asked, sub), lands_on, "{sub}");
    }
}

#[test]
fn nor_does_the_answer_lead_somebody_else_there_who_sees_it_again() {
    for (sub, lands_on) in [("00u1", "/orders/7"), ("00u2", "/")] {
        let (shared, _) = expired_at("/orders/7");
        let mut other = link(&shared, "");
        let asked = goes_on(&mut other);
        lands(other, &asked, sub);
        let again = callback(&shared, &code_for(&asked));
        assert_eq!(*again.replaced().last().unwrap(), lands_on, "{sub}");
    }
}

#[test]
fn an_answer_that_comes_to_another_tab_leads_to_that_page_only_whose_it_is() {
    for (sub, lands_on) in [("00u1", "/orders/7"), ("00u2", "/")] {
        let (shared, asked) = expired_at("/orders/7");
        let mut other = callback(&shared, &code_for(&asked));
        let again = goes_on(&mut other);
        assert_eq!(lands(other, &again, sub), lands_on, "{sub}");
    }
}

#[test]
fn a_sign_in_that_is_refused_and_tried_again_leads_to_that_page_only_whose_it_is() {
    for (sub, lands_on) in [("00u1", "/orders/7"), ("00u2", "/")] {
        let (shared, _) = expired_at("/orders/7");
        let mut other = link(&shared, "");
        let asked = goes_on(&mut other);
        let query = format!("error=access_denied&state={}", asked["state"]);
        let mut other = other.load(&format!("{PAGE}/login/callback?{query}"));
        let again = tries_again(&mut other);
        assert_eq!(lands(other, &again, sub), lands_on, "{sub}");
    }
}

#[test]
fn a_page_that_waits_goes_with_the_person() {
    let (shared, _) = expired_at("/orders/7");
    let mut tab = Tab::open(&shared, PAGE);
    tab.take(Event::SignOutHere);
    let mut other = link(&shared, "");
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u1"), "/");
}

/// Where there is no *Initiate login URI*, a live org leads to the redirect URI after a reset or an activation.
#[test]
fn hints_at_the_callback_begin_a_sign_in() {
    for hints in [
        "type_hint=PASSWORD_RECOVERY&session_hint=AUTHENTICATED&login_hint=alice%40example.com",
        "type_hint=ACTIVATION&session_hint=UNAUTHENTICATED&login_hint=alice%40example.com",
        "session_hint=AUTHENTICATED&login_hint=alice%40example.com",
    ] {
        let shared = Shared::new();
        left_for(&shared, CHECKOUT);
        let mut other = callback(&shared, &format!("iss={}&{hints}", org::ISSUER));
        assert_eq!(other.replaced(), ["/login/callback"], "the hints leave the address");
        let asked = goes_on(&mut other);
        assert_eq!(asked["login_hint"], "alice@example.com");
        assert!(!asked.contains_key("type_hint") && !asked.contains_key("session_hint"), "{asked:?}");
        assert_eq!(lands(other, &asked, "00u1"), CHECKOUT);
    }
}

/// The org says who has the session there now: perhaps somebody else than here.
#[test]
fn hints_begin_a_sign_in_under_a_session_as_well() {
    let shared = Shared::new();
    Tab::of_alice(&shared);
    let mut other = callback(&shared, &format!("iss={}&session_hint=AUTHENTICATED", org::ISSUER));
    let asked = goes_on(&mut other);
    assert_eq!(lands(other, &asked, "00u2"), "/");
}

#[test]
fn hints_of_another_issuer_begin_nothing() {
    let other = callback(&Shared::new(), "iss=https%3A%2F%2Fevil.test&session_hint=AUTHENTICATED");
    assert!(other.history.is_empty() && other.failure().is_some());
}

#[test]
fn hints_in_an_answer_change_nothing() {
    let shared = Shared::new();
    let (tab, asked) = left_for(&shared, CHECKOUT);
    let query = format!("{}&type_hint=ACTIVATION&session_hint=AUTHENTICATED", code_for(&asked));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?{query}"));
    assert!(tab.navigations().is_empty());
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.request("/token");
}

#[test]
fn a_sign_in_that_cannot_begin_at_the_callback_is_explained_there() {
    let mut other = callback(&Shared::new(), &format!("iss={}&session_hint=AUTHENTICATED", org::ISSUER));
    other.fail("openid-configuration", HttpFailure::Network);
    assert!(other.failure().is_some() && other.notice().is_none());
}

#[test]
fn tabs_that_share_no_sessions_share_no_pages() {
    let shared = Shared::new();
    let config = AuthConfig { session_storage: StorageKind::Session, ..config() };
    let mut tab = Tab::open_with(&shared, PAGE, &config, BTreeMap::new());
    tab.leave_for_org(SignIn::to(CHECKOUT));
    assert!(shared.local.borrow().is_empty());
}

#[test]
fn without_room_a_sign_in_begins_all_the_same_or_says_why() {
    let shared = Shared::new();
    shared.full.set(true);
    let mut tab = Tab::open(&shared, PAGE);
    tab.take(Event::SignIn(SignIn::to(CHECKOUT)));
    tab.answer("openid-configuration", 200, &org::metadata());
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Storage)));
}

#[test]
fn hostile_texts_are_no_places() {
    for text in ["", "null", "[1]", "[[]]", r#"[["s","//evil.test",1700000000]]"#, r#"[["s",7,1700000000]]"#]
    {
        let shared = Shared::new();
        Tab::open(&shared, PAGE).store("wanted", text);
        let mut other = link(&shared, "");
        let asked = goes_on(&mut other);
        assert_eq!(lands(other, &asked, "00u1"), "/", "{text}");
    }
}
