//! Renewal at `/authorize`, where the org gave no refresh token.

use std::collections::BTreeMap;

use okta_auth::{
    AuthConfig, AuthNotice, Event, FetchError, FetchId, HttpFailure, Message, OrgError, ResumableRequest,
    Sensitive, SignIn, SignInError, SilentRenewal, Ticket,
};

use crate::browser::{PAGE, PLACE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const LEAVES: &str = "http://localhost:8080/login/callback";

type Parameters = BTreeMap<String, String>;

fn with(silent_renewal: SilentRenewal) -> AuthConfig {
    AuthConfig { silent_renewal, ..config() }
}

/// Alice's tab, an hour after a sign-in that brought no refresh token, with a request that waits.
fn waiting_with(shared: &Shared, config: &AuthConfig) -> Tab {
    let mut tab = signed_in(shared, config);
    shared.pass(3600);
    tab.fetch(1, API);
    tab
}

fn waiting(shared: &Shared, silent_renewal: SilentRenewal) -> Tab {
    waiting_with(shared, &with(silent_renewal))
}

fn signed_in(shared: &Shared, config: &AuthConfig) -> Tab {
    let mut tab = Tab::open_with(shared, PAGE, config, BTreeMap::new());
    let asked = tab.leave_for_org(SignIn::to("/"));
    let mut tab = back(tab, &format!("{LEAVES}?code=c1&state={}", asked["state"]));
    bring_tokens(&mut tab, 1, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
    tab.done.clear();
    tab
}

/// The page is back from the org, and knows its documents.
fn back(tab: Tab, address: &str) -> Tab {
    let mut tab = tab.load(address);
    if tab.sent.iter().any(|(_, request)| request.url.ends_with("openid-configuration")) {
        tab.answer("openid-configuration", 200, &org::metadata());
    }
    tab
}

/// Tokens of generation `n`, none of which is a refresh token.
fn bring_tokens(tab: &mut Tab, n: u32, nonce: &str) {
    let drop_refresh = |answer: &mut serde_json::Value| {
        answer.as_object_mut().unwrap().remove("refresh_token");
    };
    let tokens = org::tokens_with(n, Some(nonce), tab.shared.now(), |_| {}, drop_refresh);
    tab.answer("/token", 200, &tokens);
}

/// The frame that is open: its ticket and what it asks.
#[track_caller]
fn frame(tab: &Tab) -> (Ticket, Parameters) {
    let (id, url) = tab.frames.last().expect("no frame was opened");
    (*id, tab.asked_at(url))
}

fn answer_frame(tab: &mut Tab, id: Ticket, answer: &str) {
    tab.take(Event::FrameAnswered { id, answer: Some(Sensitive::new(answer)) });
}

#[test]
fn a_frame_brings_a_code_that_is_exchanged_under_the_lock() {
    let shared = Shared::new();
    let mut tab = waiting(&shared, SilentRenewal::Frame);
    let (id, asked) = frame(&tab);
    for (name, value) in
        [("prompt", "none"), ("response_mode", "okta_post_message"), ("response_type", "code")]
    {
        assert_eq!(asked[name], value);
    }
    tab.fetch(2, API);
    assert!(!shared.lock_is_free() && tab.navigations().is_empty());
    answer_frame(&mut tab, id, &format!("code=c2&state={}", asked["state"]));
    let [(_, request)] = tab.sent.as_slice() else { panic!("{:?}", tab.sent) };
    assert!(request.form.as_ref().unwrap().as_str().contains("grant_type=authorization_code"));
    bring_tokens(&mut tab, 2, &asked["nonce"]);
    tab.verify(true);
    for number in [1, 2] {
        assert_eq!(tab.forwarded(number), [Some(org::access_token(2))]);
    }
    assert_eq!(tab.said(), [Message::Renewed]);
    assert!(shared.lock_is_free() && tab.notice().is_none());
    assert!(shared.stored_session().unwrap().contains("access-2"));
}

#[test]
fn an_answer_of_another_state_issuer_nonce_or_person_is_not_used() {
    for (state, iss, claims) in [
        ("x", "", ("nonce", "")),
        ("", "&iss=https://other", ("nonce", "")),
        ("", "", ("nonce", "x")),
        ("", "", ("sub", "00u2")),
    ] {
        let shared = Shared::new();
        let mut tab = waiting(&shared, SilentRenewal::Frame);
        let (id, asked) = frame(&tab);
        answer_frame(&mut tab, id, &format!("code=c2&state={}{state}{iss}", asked["state"]));
        if state.is_empty() && iss.is_empty() {
            let change = |token: &mut serde_json::Value| token[claims.0] = claims.1.into();
            let tokens = org::tokens_with(2, Some(&asked["nonce"]), shared.now(), change, |_| {});
            tab.answer("/token", 200, &tokens);
            tab.verify(true);
            assert!(matches!(tab.notice(), Some(AuthNotice::SessionRefused(_))), "{claims:?}");
            tab.request("/revoke");
        }
        assert!(tab.forwarded(1).is_empty() && tab.refused(1).is_some() && shared.lock_is_free());
        assert!(!shared.stored_session().unwrap().contains("access-2"));
    }
}

#[test]
fn a_session_that_the_org_no_longer_has_ends_cleanly() {
    for code in ["login_required", "interaction_required", "consent_required", "access_denied"] {
        let shared = Shared::new();
        let mut tab = waiting(&shared, SilentRenewal::Frame);
        let (id, asked) = frame(&tab);
        answer_frame(&mut tab, id, &format!("error={code}&state={}", asked["state"]));
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
        assert_eq!(tab.refused(1), Some(&FetchError::SessionExpired));
        assert!(shared.lock_is_free() && shared.is_expired() && tab.navigations().is_empty());
    }
}

#[test]
fn a_frame_that_brings_nothing_leaves_the_session_as_it_is() {
    let shared = Shared::new();
    let mut tab = waiting(&shared, SilentRenewal::Frame);
    let (id, _) = frame(&tab);
    tab.take(Event::FrameAnswered { id, answer: None });
    assert_eq!(tab.refused(1), Some(&FetchError::Unreachable));
    assert!(tab.is_signed_in() && shared.lock_is_free() && tab.notice().is_none());
    tab.take(Event::FrameAnswered { id, answer: Some(Sensitive::new("code=c&state=s")) });
    assert!(tab.sent.is_empty(), "a late answer");
}

#[test]
fn where_the_site_is_guessed_the_page_goes_after_a_frame_in_vain() {
    for answer in [None, Some("error=login_required&state=")] {
        let shared = Shared::new();
        let mut tab = waiting_with(&shared, &one_site());
        let (id, asked) = frame(&tab);
        let answer = answer.map(|text| Sensitive::new([text, &asked["state"]].concat()));
        tab.take(Event::FrameAnswered { id, answer });
        assert_eq!(tab.navigations().len(), 1);
    }
}

/// Page and org are parts of one site, by their names.
fn one_site() -> AuthConfig {
    AuthConfig {
        redirect_uri: "https://shop.org.example/login/callback".into(),
        post_logout_redirect_uri: "https://shop.org.example".into(),
        ..with(SilentRenewal::Detect)
    }
}

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
    shared.pass(19);
    second.take(Event::Woke);
    assert!(second.sent.is_empty());
    shared.pass(1);
    second.take(Event::Woke);
    second.answer("openid-configuration", 200, &org::metadata());
    trip(&second);
}

#[test]
fn a_frame_waits_for_the_discovery_document() {
    let renewing = || {
        let shared = Shared::new();
        signed_in(&shared, &with(SilentRenewal::Frame));
        let mut tab = Tab::open_with(&shared, PAGE, &with(SilentRenewal::Frame), BTreeMap::new());
        shared.pass(3600);
        tab.fetch(1, API);
        assert!(tab.frames.is_empty());
        tab
    };
    let mut tab = renewing();
    tab.answer("openid-configuration", 200, &org::metadata());
    assert_eq!(frame(&tab).1["prompt"], "none");
    let mut tab = renewing();
    tab.fail("openid-configuration", HttpFailure::Network);
    assert_eq!(tab.refused(1), Some(&FetchError::Unreachable));
    assert!(tab.shared.lock_is_free());
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
    assert!(second.navigations().is_empty());
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
