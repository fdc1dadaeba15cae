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
    let cors = HttpFailure::Cors { origin: PAGE.into() };
    for (failure, network) in [(HttpFailure::Network, true), (HttpFailure::Timeout, false), (cors, false)] {
        let mut tab = Tab::of_alice(&Shared::new());
        tab.take(Event::SignOut);
        tab.fail("/revoke", failure);
        if network {
            assert!(!has_left(&tab), "perhaps there is no network");
            tab.answer("openid-configuration", 200, &org::metadata());
        }
        logout_form(&tab);
        assert_gone(&tab);
        assert!(tab.sent.is_empty());
    }
}

fn has_left(tab: &Tab) -> bool {
    tab.done.iter().any(|effect| matches!(effect, Effect::SubmitForm { .. }))
}

/// Alice has signed out, and the org does not know.
fn owing(shared: &Shared) -> Tab {
    let mut tab = Tab::of_alice(shared);
    tab.take(Event::SignOut);
    there_is_no_network(&mut tab);
    assert_eq!(tab.notice(), Some(AuthNotice::SignOutIncomplete(OrgError::Network)));
    assert!(!has_left(&tab) && tab.status() == AuthStatus::Anonymous);
    tab
}

fn there_is_no_network(tab: &mut Tab) {
    tab.fail("/revoke", HttpFailure::Network);
    tab.fail("openid-configuration", HttpFailure::Network);
}

#[test]
fn a_sign_out_without_a_network_is_done_here_and_made_up_for_when_the_network_is_back() {
    let shared = Shared::new();
    let mut tab = owing(&shared);
    tab.take(Event::Woke);
    there_is_no_network(&mut tab);
    assert!(!has_left(&tab), "still none");
    tab.take(Event::Woke);
    let (id, request) = tab.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-1"));
    tab.answer_to(id, 200, "");
    logout_form(&tab);
    assert_gone(&tab);
    let mut back = tab.load(PAGE);
    assert_eq!(back.leave_for_org(SignIn::to("/")).get("prompt"), None, "nothing is owed any more");
}

#[test]
fn it_is_tried_again_by_itself_at_ever_longer_pauses() {
    let shared = Shared::new();
    let mut tab = owing(&shared);
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let pause = tab.alarms().last().unwrap() - shared.now();
        pauses.push(pause);
        shared.pass(pause);
        tab.take(Event::Woke);
        there_is_no_network(&mut tab);
    }
    assert_eq!(pauses, [5, 10, 20, 40, 80, 80]);
}

#[test]
fn a_page_that_is_busy_with_a_sign_in_goes_on_with_it_and_makes_up_for_the_sign_out_afterwards() {
    let mut tab = Tab::of_alice(&Shared::new()).load(PAGE);
    tab.take(Event::SignOut);
    tab.fail("openid-configuration", HttpFailure::Network);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.take(Event::Woke);
    let (discovery, _) = tab.request("openid-configuration");
    tab.answer_to(discovery, 503, "");
    let notice = tab.notice().unwrap();
    assert!(!matches!(notice, AuthNotice::SignOutIncomplete(_)), "it was the sign-in's: {notice:?}");
    assert!(tab.sent.is_empty() && !has_left(&tab));
    tab.take(Event::Woke);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/revoke", 200, "");
    logout_form(&tab);
}

#[test]
fn until_the_org_knows_of_a_sign_out_no_sign_in_goes_without_a_password() {
    for prompt in [None, Some("none"), Some("login")] {
        let request = || prompt.map_or(SignIn::to("/"), |prompt| SignIn::to("/").prompt(prompt));
        let shared = Shared::new();
        let mut tab = owing(&shared);
        let mut other = Tab::open(&shared, PAGE);
        for tab in [&mut tab, &mut other] {
            let asked = tab.leave_for_org(request().login_hint("bob"));
            assert_eq!((asked["prompt"].as_str(), asked["login_hint"].as_str()), ("login", "bob"));
        }
        let asked = other.authorization();
        let mut tab = other.come_back(&asked, 2, |claims| claims["sub"] = "00u2".into());
        assert_eq!(tab.leave_for_org(request()).get("prompt").map(String::as_str), prompt);
    }
}

#[test]
fn a_tab_that_hears_of_a_sign_out_leaves_word_of_what_is_owed() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let mut second = Tab::open(&shared, PAGE);
    tab.take(Event::SignOut);
    there_is_no_network(&mut tab);
    second.take(Event::StorageChanged);
    assert!(!second.is_signed_in());
    let asked = Tab::open(&shared, PAGE).leave_for_org(SignIn::to("/"));
    assert_eq!(asked["prompt"], "login");
}

#[test]
fn a_sign_in_settles_what_is_owed_and_a_local_sign_out_owes_nothing() {
    let shared = Shared::new();
    let mut tab = owing(&shared);
    let mut other = Tab::open(&shared, PAGE);
    let asked = other.leave_for_org(SignIn::to("/"));
    let _other = other.come_back(&asked, 2, |_| {});
    tab.take(Event::StorageChanged);
    tab.take(Event::Woke);
    assert!(tab.is_signed_in() && tab.sent.is_empty() && !has_left(&tab));
    tab.take(Event::SignOutHere);
    there_is_no_network(&mut tab);
    assert_gone(&tab);
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
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    assert!(!shared.stored_session().unwrap().contains("id_token"), "nothing is left but that it is owed");
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
fn a_sign_out_while_the_keys_for_a_renewed_id_token_are_fetched_revokes_the_newest_refresh_token() {
    let shared = Shared::new();
    Tab::of_alice(&shared);
    let mut tab = Tab::open(&shared, PAGE);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    let (keys, _) = tab.request("/keys");
    tab.take(Event::SignOut);
    let (_, request) = tab.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-2"));
    tab.answer_to(keys, 200, &org::keys("k1"));
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
