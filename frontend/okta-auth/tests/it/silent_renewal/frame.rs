//! By a hidden frame.

use std::collections::BTreeMap;

use okta_auth::{
    AuthConfig, AuthNotice, Event, FetchError, HttpFailure, Message, Sensitive, SilentRenewal, Ticket,
};

use super::{API, bring_tokens, frame, signed_in, waiting, waiting_with, with};
use crate::browser::{PAGE, Shared, Tab};
use crate::org;

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

/// Page and org are parts of one site, by their names.
fn one_site() -> AuthConfig {
    AuthConfig {
        redirect_uri: "https://shop.org.example/login/callback".into(),
        post_logout_redirect_uri: "https://shop.org.example".into(),
        ..with(SilentRenewal::Detect)
    }
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

/// A page of alice's that was opened lately and has to renew: all that it has asked for is the discovery document.
fn renewing_without_documents() -> Tab {
    let shared = Shared::new();
    signed_in(&shared, &with(SilentRenewal::Frame));
    let mut tab = Tab::open_with(&shared, PAGE, &with(SilentRenewal::Frame), BTreeMap::new());
    shared.pass(3600);
    tab.fetch(1, API);
    assert!(tab.frames.is_empty());
    tab
}

#[test]
fn a_frame_waits_for_the_discovery_document() {
    let mut tab = renewing_without_documents();
    tab.answer("openid-configuration", 200, &org::metadata());
    assert_eq!(frame(&tab).1["prompt"], "none");
    let mut tab = renewing_without_documents();
    tab.fail("openid-configuration", HttpFailure::Network);
    assert_eq!(tab.refused(1), Some(&FetchError::Unreachable));
    assert!(tab.shared.lock_is_free());
}

#[test]
fn where_requests_are_pushed_a_frame_asks_by_the_name_of_one() {
    let renewing = || {
        let mut tab = renewing_without_documents();
        tab.answer("openid-configuration", 200, &org::metadata_that_requires_pushing());
        assert!(tab.frames.is_empty());
        tab
    };
    let mut tab = renewing();
    let (id, request) = tab.request("/v1/par");
    tab.answer_push_to(id, &request);
    let (id, asked) = frame(&tab);
    assert_eq!((&*asked["prompt"], &*asked["response_mode"]), ("none", "okta_post_message"));
    answer_frame(&mut tab, id, &format!("code=c2&state={}", asked["state"]));
    bring_tokens(&mut tab, 2, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    let mut tab = renewing();
    tab.fail("/v1/par", HttpFailure::Network);
    assert!(tab.frames.is_empty() && tab.refused(1) == Some(&FetchError::Unreachable));
    assert!(tab.shared.lock_is_free());
}
