//! By a page that goes to the org and comes back.

use std::collections::BTreeMap;

use okta_auth::{
    AuthConfig, AuthNotice, Effect, Event, FetchError, FetchId, OrgError, ResumableRequest, SignIn,
    SignInError, SilentRenewal, StorageKind,
};

use super::{API, LEAVES, Parameters, back, bring_tokens, frame, signed_in, waiting, waiting_with, with};
use crate::browser::{PAGE, PLACE, Shared, Tab};
use crate::org;

/// What the page has left with, once.
#[track_caller]
fn trip(tab: &Tab) -> Parameters {
    assert_eq!(tab.navigations().len(), 1);
    tab.authorization()
}

#[test]
fn the_page_goes_for_a_request_and_comes_back_to_where_it_was() {
    let shared = Shared::new();
    let tab = waiting(&shared, SilentRenewal::Page);
    let asked = trip(&tab);
    assert_eq!(asked["prompt"], "none");
    assert!(tab.done.iter().any(|effect| matches!(effect, Effect::Navigate { replace: true, .. })));
    assert!(!asked.contains_key("response_mode") && shared.lock_is_free() && tab.is_signed_in());
    // It is no sign-in that somebody could finish in another tab.
    assert!(
        shared.local.borrow().keys().all(|name| !name.ends_with("wanted")),
        "{:?}",
        shared.local.borrow()
    );
    let mut tab = back(tab, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    bring_tokens(&mut tab, 2, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.replaced().last(), Some(&PLACE));
    tab.fetch(2, API);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    assert!(!shared.stored_session().unwrap().contains("away"));
}

#[test]
fn nothing_leaves_without_a_request() {
    let shared = Shared::new();
    let config = AuthConfig { renew_ahead: true, ..with(SilentRenewal::Page) };
    let mut tab = signed_in(&shared, &config);
    shared.pass(3600);
    tab.take(Event::Woke);
    assert!(tab.navigations().is_empty() && tab.is_signed_in() && shared.lock_is_free());
}

#[test]
fn unsent_input_keeps_the_page_where_it_is() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared, &with(SilentRenewal::Page));
    tab.has_unsent_input = true;
    shared.pass(3580);
    tab.fetch(1, API);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1))], "the token is still good");
    shared.pass(20);
    tab.fetch(2, API);
    assert_eq!(tab.refused(2), Some(&FetchError::Renewal(OrgError::UnsentInput)));
    assert!(tab.navigations().is_empty() && tab.is_signed_in() && shared.lock_is_free());
    tab.has_unsent_input = false;
    tab.fetch(3, API);
    trip(&tab);
}

#[test]
fn an_app_may_have_the_page_left_all_the_same() {
    let shared = Shared::new();
    let config = AuthConfig { renewal_drops_input: true, ..with(SilentRenewal::Page) };
    let mut tab = signed_in(&shared, &config);
    tab.has_unsent_input = true;
    shared.pass(3600);
    tab.fetch(1, API);
    trip(&tab);
}

#[test]
fn a_request_that_can_be_kept_goes_along_and_is_there_on_return() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared, &with(SilentRenewal::Page));
    tab.has_unsent_input = true;
    shared.pass(3600);
    // Another tab has the lock until the request has said that it can be kept.
    let mut other = signed_in(&shared, &with(SilentRenewal::Frame));
    shared.pass(3600);
    other.fetch(1, API);
    tab.fetch(1, API);
    let request = ResumableRequest { name: "order".into(), ..ResumableRequest::default() };
    tab.take(Event::FetchResumable {
        fetch: FetchId(1),
        request: request.clone(),
        target: "/checkout".into(),
    });
    let (id, _) = frame(&other);
    other.take(Event::FrameAnswered { id, answer: None });
    tab.grant_lock();
    let asked = trip(&tab);
    let mut tab = back(tab, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    bring_tokens(&mut tab, 2, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.replaced().last(), Some(&"/checkout"));
    assert_eq!(tab.take_resumed("order"), Some(request));
}

#[test]
fn one_page_goes_and_the_other_tabs_wait_for_it() {
    let shared = Shared::new();
    let config = with(SilentRenewal::Page);
    let first = signed_in(&shared, &config);
    let mut second = Tab::open_with(&shared, PAGE, &config, BTreeMap::new());
    shared.pass(3600);
    let mut first = first;
    first.fetch(1, API);
    second.fetch(2, API);
    let asked = trip(&first);
    assert!(second.navigations().is_empty() && second.refused(2).is_none() && shared.lock_is_free());
    let mut first = back(first, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    bring_tokens(&mut first, 2, &asked["nonce"]);
    first.answer("/keys", 200, &org::keys("k1"));
    first.verify(true);
    for message in first.said() {
        second.take(Event::Heard(message));
    }
    assert_eq!(second.forwarded(2), [Some(org::access_token(2))]);
    assert!(second.navigations().is_empty());
}

#[test]
fn a_tab_that_is_opened_while_a_page_is_away_waits_for_it_as_well() {
    let shared = Shared::new();
    let config = with(SilentRenewal::Page);
    let mut first = signed_in(&shared, &config);
    shared.pass(3600);
    first.fetch(1, API);
    trip(&first);
    shared.pass(10);
    let mut second = Tab::open_with(&shared, PAGE, &config, BTreeMap::new());
    second.fetch(2, API);
    assert!(second.sent.is_empty() && shared.lock_is_free());
    assert!(second.alarms().contains(&(shared.now() + 20)), "when the page is waited for no longer");
    shared.pass(19);
    second.take(Event::Woke);
    assert!(second.sent.is_empty());
    shared.pass(1);
    second.take(Event::Woke);
    second.answer("openid-configuration", 200, &org::metadata());
    trip(&second);
}

#[test]
fn a_page_that_does_not_come_back_is_not_waited_for_longer_than_half_a_minute() {
    let shared = Shared::new();
    let config = with(SilentRenewal::Page);
    let mut first = signed_in(&shared, &config);
    let mut second = Tab::open_with(&shared, PAGE, &config, BTreeMap::new());
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(2, API);
    shared.pass(29);
    second.take(Event::Woke);
    first.take(Event::Woke);
    assert!(second.navigations().is_empty() && first.refused(1).is_none());
    shared.pass(1);
    second.take(Event::Woke);
    second.answer("openid-configuration", 200, &org::metadata());
    trip(&second);
    // And the one that has not left although it was to.
    first.take(Event::Woke);
    assert_eq!(first.refused(1), Some(&FetchError::Unreachable));
}

#[test]
fn a_page_that_comes_back_with_a_refusal_ends_the_session_where_the_person_is_needed() {
    let shared = Shared::new();
    let tab = waiting(&shared, SilentRenewal::Page);
    let asked = trip(&tab);
    let tab = tab.load(&format!("{LEAVES}?error=login_required&state={}", asked["state"]));
    assert_eq!((tab.notice(), tab.failure()), (Some(AuthNotice::SessionExpired), None));
    assert!(shared.is_expired());
    assert_eq!(tab.replaced().last(), Some(&PLACE));
}

#[test]
fn a_page_that_comes_back_in_vain_does_not_go_again_at_once() {
    for address in ["error=temporarily_unavailable", "code=c&iss=https://other"] {
        let shared = Shared::new();
        let tab = waiting(&shared, SilentRenewal::Page);
        let asked = trip(&tab);
        let mut tab = tab.load(&format!("{LEAVES}?{address}&state={}", asked["state"]));
        assert_eq!((tab.notice(), tab.failure()), (None, None));
        assert!(tab.is_signed_in() && tab.replaced().last() == Some(&PLACE));
        tab.fetch(2, API);
        assert!(tab.refused(2).is_some() && tab.navigations().is_empty());
    }
}

#[test]
fn a_session_that_ended_or_changed_hands_meanwhile_does_not_come_back() {
    let shared = Shared::new();
    let tab = waiting(&shared, SilentRenewal::Page);
    let asked = trip(&tab);
    shared.local.borrow_mut().clear();
    let tab = tab.load(&format!("{LEAVES}?code=c2&state={}", asked["state"]));
    assert!(!tab.is_signed_in() && tab.sent.is_empty() && tab.failure().is_none());
    assert_eq!(tab.replaced().last(), Some(&PLACE));
}

#[test]
fn a_session_that_has_become_somebody_elses_meanwhile_is_not_renewed() {
    let shared = Shared::new();
    let tab = waiting(&shared, SilentRenewal::Page);
    let asked = trip(&tab);
    let mut other = Tab::open_with(&shared, PAGE, &with(SilentRenewal::Page), BTreeMap::new());
    let others = other.leave_for_org(SignIn::to("/"));
    other.come_back(&others, 7, |claims| claims["sub"] = "00u2".into());
    let tab = back(tab, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    assert!(tab.is_signed_in() && tab.failure().is_none());
    assert!(tab.sent.iter().all(|(_, request)| !request.url.ends_with("/token")));
    assert_eq!(tab.replaced().last(), Some(&PLACE));
}

#[test]
fn where_the_session_left_with_the_page_its_return_is_a_sign_in() {
    let shared = Shared::new();
    let config = AuthConfig { session_storage: StorageKind::Memory, ..with(SilentRenewal::Page) };
    let tab = waiting_with(&shared, &config);
    let asked = trip(&tab);
    let mut tab = back(tab, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    assert!(!tab.is_signed_in());
    bring_tokens(&mut tab, 2, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert!(tab.is_signed_in());
}

#[test]
fn tokens_of_another_person_are_refused_on_return() {
    let shared = Shared::new();
    let tab = waiting(&shared, SilentRenewal::Page);
    let asked = trip(&tab);
    let mut tab = back(tab, &format!("{LEAVES}?code=c2&state={}", asked["state"]));
    let tokens =
        org::tokens_with(2, Some(&asked["nonce"]), shared.now(), |c| c["sub"] = "00u2".into(), |_| {});
    tab.answer("/token", 200, &tokens);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert!(matches!(tab.notice(), Some(AuthNotice::SessionRefused(_))));
    assert!(!tab.is_signed_in() && tab.failure().is_none());
    tab.request("/revoke");
}

#[test]
fn a_page_that_would_go_again_and_again_stops() {
    let shared = Shared::new();
    let config = with(SilentRenewal::Page);
    let mut tab = waiting(&shared, SilentRenewal::Page);
    for _ in 0..4 {
        shared.pass(1);
        tab.shared
            .local
            .borrow_mut()
            .iter_mut()
            .for_each(|(_, text)| *text = text.replace("away_since", "x"));
        tab = tab.load(PAGE);
        tab.fetch(1, API);
        tab.answer("openid-configuration", 200, &org::metadata());
        trip(&tab);
    }
    assert_eq!(config.redirect_limit.redirects, 5);
    tab = tab.load(PAGE);
    shared.local.borrow_mut().iter_mut().for_each(|(_, text)| *text = text.replace("away_since", "x"));
    let mut tab = tab.load(PAGE);
    tab.fetch(1, API);
    tab.answer("openid-configuration", 200, &org::metadata());
    assert!(tab.navigations().is_empty() && tab.refused(1).is_some());
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Loop)));
}
