use std::time::Duration;

use okta_auth::{AuthNotice, AuthStatus, Effect, Event, FetchError, HttpFailure, Message, OrgError, SignIn};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// The fields of the form the page left by.
#[track_caller]
fn logout_form(tab: &Tab) -> Vec<(&'static str, String)> {
    let form = tab.done.iter().find_map(|effect| match effect {
        Effect::SubmitForm { action, fields } => Some((action, fields)),
        _ => None,
    });
    let (action, fields) = form.expect("the page did not leave by a form");
    assert_eq!(*action, format!("{}/v1/logout", org::ISSUER));
    fields.iter().map(|(name, value)| (*name, value.expose().to_owned())).collect()
}

#[track_caller]
fn assert_gone(tab: &Tab) {
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    assert_eq!(tab.shared.stored_session(), None);
    assert!(tab.shared.local.borrow().is_empty());
}

#[test]
fn signing_out_clears_first_then_revokes_then_leaves_by_a_form() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.take(Event::SignOut);
    assert_gone(&tab);
    assert_eq!(tab.said(), [Message::SignedOut(org::alice())]);
    let (id, request) = tab.request("/revoke");
    assert_eq!(request.timeout, Duration::from_secs(2));
    let form = request.form.unwrap();
    assert_eq!(form.as_str(), "token=refresh-1&token_type_hint=refresh_token&client_id=0oa1");
    tab.answer_to(id, 200, "");
    let fields = logout_form(&tab);
    assert_eq!(fields[0].0, "id_token_hint");
    assert_eq!(fields[1], ("post_logout_redirect_uri", PAGE.to_owned()));
    assert_eq!((fields[2].0, fields[2].1.len()), ("state", 43));
}

#[test]
fn a_revocation_that_fails_or_hangs_does_not_stop_a_sign_out() {
    for failure in [HttpFailure::Network, HttpFailure::Timeout] {
        let mut tab = Tab::of_alice(&Shared::new());
        tab.take(Event::SignOut);
        tab.fail("/revoke", failure);
        logout_form(&tab);
        assert_gone(&tab);
    }
}

#[test]
fn signing_out_right_after_a_reload_asks_for_the_endpoints_first() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    tab.take(Event::SignOut);
    assert_gone(&tab);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/revoke", 200, "");
    logout_form(&tab);
}

#[test]
fn an_org_that_cannot_be_reached_leaves_a_local_sign_out_and_says_so() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    tab.take(Event::SignOut);
    tab.fail("openid-configuration", HttpFailure::Network);
    assert_gone(&tab);
    assert_eq!(tab.notice(), Some(AuthNotice::SignOutIncomplete(OrgError::Network)));
}

#[test]
fn a_sign_out_while_a_renewal_is_in_flight_is_final_and_leaves_no_token_alive() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let (renewal, _) = tab.request("/token");
    tab.take(Event::SignOut);
    assert_eq!(tab.refused(1), Some(&FetchError::SignedOut));
    assert!(shared.lock_is_free());
    tab.answer("/revoke", 200, "");
    logout_form(&tab);
    tab.answer_to(renewal, 200, &org::renewed(2, shared.now()));
    assert_gone(&tab);
    assert!(tab.checks.is_empty(), "the late answer is not even looked at");
    let (_, request) = tab.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-2"));
}

#[test]
fn a_sign_out_while_a_renewed_id_token_is_checked_revokes_the_newest_refresh_token() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.take(Event::SignOut);
    let (id, request) = tab.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-2"));
    tab.verify(true);
    tab.answer_to(id, 200, "");
    assert_gone(&tab);
}

#[test]
fn a_second_click_and_a_click_by_nobody_do_nothing() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.take(Event::SignOut);
    tab.take(Event::SignOut);
    assert_eq!(tab.sent.len(), 1);
    let mut nobody = Tab::open(&shared, PAGE);
    nobody.take(Event::SignOut);
    assert!(nobody.sent.is_empty() && nobody.done.is_empty());
}

#[test]
fn the_state_of_a_sign_out_leaves_the_address_bar_where_it_is_ours() {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.take(Event::SignOut);
    tab.answer("/revoke", 200, "");
    let state = logout_form(&tab).pop().unwrap().1;
    let tab = tab.load(&format!("{PAGE}/?state=other"));
    assert!(tab.replaced().is_empty());
    let tab = tab.load(&format!("{PAGE}/?state={state}"));
    assert_eq!(tab.replaced(), ["/"]);
    assert!(tab.session.is_empty() && tab.failure().is_none());
    let tab = tab.load(&format!("{PAGE}/?state={state}"));
    assert!(tab.replaced().is_empty(), "once");
}

#[test]
fn a_local_sign_out_leaves_the_org_alone() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.take(Event::SignOutHere);
    assert_gone(&tab);
    assert_eq!(tab.said(), [Message::SignedOut(org::alice())]);
    tab.answer("/revoke", 200, "");
    assert!(
        tab.done.iter().all(|effect| !matches!(effect, Effect::SubmitForm { .. } | Effect::Navigate { .. }))
    );
    // The page is free for whatever comes next.
    tab.leave_for_org(SignIn::to("/"));
}

#[test]
fn a_session_without_a_refresh_token_revokes_its_access_token() {
    let shared = Shared::new();
    let tab = Tab::of_alice(&shared);
    let record = shared.stored_session().unwrap().replace(r#""refresh_token":"refresh-1","#, "");
    tab.store("session", &record);
    let mut tab = tab.load(PAGE);
    tab.take(Event::SignOut);
    tab.answer("openid-configuration", 200, &org::metadata());
    let (_, request) = tab.request("/revoke");
    let form = request.form.unwrap();
    assert_eq!(form.as_str(), "token=access-1&token_type_hint=access_token&client_id=0oa1");
}

#[test]
fn an_org_without_the_endpoints_leaves_a_local_sign_out() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    tab.take(Event::SignOut);
    let bare = org::metadata_with(|m| {
        m.as_object_mut()
            .unwrap()
            .retain(|name, _| !matches!(name.as_str(), "revocation_endpoint" | "end_session_endpoint"));
    });
    tab.answer("openid-configuration", 200, &bare);
    assert_gone(&tab);
    assert!(
        tab.sent.is_empty() && tab.done.iter().all(|effect| !matches!(effect, Effect::SubmitForm { .. }))
    );
    tab.leave_for_org(SignIn::to("/"));
}

#[test]
fn a_sign_out_wins_over_a_sign_in_that_is_about_to_leave() {
    let mut tab = Tab::of_alice(&Shared::new()).load(PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.take(Event::SignOut);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/revoke", 200, "");
    logout_form(&tab);
    assert!(tab.navigations().is_empty());
}

fn leaving() -> (Tab, String) {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.take(Event::SignOut);
    tab.answer("/revoke", 200, "");
    let state = logout_form(&tab).pop().unwrap().1;
    (tab, state)
}

#[test]
fn another_state_on_return_is_told_and_does_no_harm() {
    let (tab, state) = leaving();
    let tab = tab.load(&format!("{PAGE}/?state=other"));
    assert_eq!((tab.status(), tab.notice()), (AuthStatus::Anonymous, Some(AuthNotice::SignOutUnconfirmed)));
    assert!(!tab.notice().unwrap().offers_sign_in() && tab.notice().unwrap().message().contains("confirm"));
    let tab = tab.load(&format!("{PAGE}/?state={state}"));
    assert_eq!((tab.notice(), tab.replaced()), (None, vec!["/"]), "the true answer still counts");
}

#[test]
fn no_state_on_return_is_told_once_and_does_no_harm() {
    let (tab, _) = leaving();
    let tab = tab.load(PAGE);
    assert_eq!(tab.notice(), Some(AuthNotice::SignOutUnconfirmed));
    assert!(tab.session.is_empty());
    assert_eq!(tab.load(PAGE).notice(), None);
}

#[test]
fn a_state_that_nobody_sent_is_nobodys_business() {
    let tab = Tab::open(&Shared::new(), &format!("{PAGE}/?state=x"));
    assert!(tab.notice().is_none() && tab.replaced().is_empty());
}

#[test]
fn a_sign_in_forgets_the_sign_out_before_it() {
    let (mut tab, _) = leaving();
    tab.take(Event::Returned);
    let asked = tab.leave_for_org(SignIn::to("/"));
    let tab = tab.come_back(&asked, 2, |_| {});
    assert_eq!(tab.load(PAGE).notice(), None);
}

#[test]
fn the_page_leaves_once_the_revocation_is_answered_and_not_for_another_answer() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.take(Event::UserInfoWanted);
    let (claims, _) = tab.request("/userinfo");
    tab.take(Event::SignOut);
    tab.answer_to(claims, 200, r#"{"sub":"00u1"}"#);
    assert!(!tab.done.iter().any(|effect| matches!(effect, Effect::SubmitForm { .. })));
    tab.answer("/revoke", 200, "");
    logout_form(&tab);
}
