//! A renewal whose answer was lost: the org may have rotated the refresh token all the same.

use std::time::Duration;

use okta_auth::{AuthConfig, AuthNotice, FetchError, HttpFailure};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// Alice's tab with this grace period, up to the token request of a renewal.
fn renewing(shared: &Shared, grace: u64) -> Tab {
    let config = AuthConfig { refresh_grace: Duration::from_secs(grace), ..config() };
    let mut tab = Tab::signed_in_with(shared, &config);
    shared.pass(3600);
    tab.fetch(1, API);
    tab
}

fn cors() -> HttpFailure {
    HttpFailure::Cors { origin: PAGE.into() }
}

#[test]
fn a_lost_answer_is_asked_for_once_more_within_the_grace_period() {
    for failure in [HttpFailure::Network, HttpFailure::Timeout, cors()] {
        let shared = Shared::new();
        let mut tab = renewing(&shared, 30);
        shared.pass(25);
        tab.fail("/token", failure);
        let (id, request) = tab.request("/token");
        assert!(request.form.unwrap().as_str().contains("refresh_token=refresh-1"));
        assert_eq!(request.timeout, Duration::from_secs(10));
        tab.answer_to(id, 200, &org::renewed(2, shared.now()));
        tab.verify(true);
        assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
        assert!(shared.stored_session().unwrap().contains("refresh-2") && shared.lock_is_free());
    }
}

#[track_caller]
fn check_not_asked_again(grace: u64, elapsed: i64) {
    let shared = Shared::new();
    let mut tab = renewing(&shared, grace);
    shared.pass(elapsed);
    tab.fail("/token", HttpFailure::Timeout);
    assert!(tab.sent.is_empty(), "grace {grace}, after {elapsed} s");
    assert_eq!(tab.refused(1), Some(&FetchError::Unreachable));
    assert!(tab.is_signed_in() && shared.stored_session().unwrap().contains("refresh-1"));
}

#[test]
fn outside_of_the_grace_period_the_old_token_is_not_sent_by_itself() {
    check_not_asked_again(30, 26);
    check_not_asked_again(0, 0);
    check_not_asked_again(4, 0);
    check_not_asked_again(60, 56);
}

#[test]
fn what_was_lost_outside_of_it_ends_in_one_clean_state_where_the_org_had_rotated() {
    let shared = Shared::new();
    let mut tab = renewing(&shared, 0);
    tab.fail("/token", HttpFailure::Timeout);
    shared.pass(60);
    tab.fetch(2, API);
    tab.answer("/token", 400, &org::error("invalid_grant", "The refresh token is invalid or expired."));
    assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
    assert_eq!(tab.refused(2), Some(&FetchError::SessionExpired));
    assert!(tab.sent.is_empty() && shared.is_expired());
}

#[test]
fn it_is_asked_for_once_more_and_no_more() {
    let shared = Shared::new();
    let mut tab = renewing(&shared, 60);
    tab.fail("/token", HttpFailure::Network);
    tab.fail("/token", HttpFailure::Network);
    assert!(tab.sent.is_empty() && tab.refused(1).is_some() && tab.is_signed_in());
}

#[test]
fn an_answer_that_came_is_not_asked_for_again() {
    for (status, body) in [(503, ""), (429, ""), (200, "<html>"), (400, "{}")] {
        let shared = Shared::new();
        let mut tab = renewing(&shared, 60);
        tab.answer("/token", status, body);
        assert!(tab.sent.is_empty() && tab.is_signed_in(), "{status} {body}");
    }
}

#[test]
fn a_code_is_never_sent_twice() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(okta_auth::SignIn::to("/a"));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.fail("/token", HttpFailure::Network);
    assert!(tab.under_way().is_empty() && tab.failure().as_deref() == Some("network"));
}

#[test]
fn a_sign_out_while_it_is_asked_for_again_revokes_what_still_comes() {
    let shared = Shared::new();
    let mut tab = renewing(&shared, 30);
    tab.fail("/token", HttpFailure::Network);
    let (id, _) = tab.request("/token");
    tab.take(okta_auth::Event::SignOut);
    tab.answer_to(id, 200, &org::renewed(2, shared.now()));
    let tokens: Vec<_> = tab.sent.iter().map(|(_, request)| request.form.clone().unwrap()).collect();
    assert!(tokens.iter().any(|form| form.as_str().contains("token=refresh-2")), "{tokens:?}");
    assert!(!tab.is_signed_in());
}
