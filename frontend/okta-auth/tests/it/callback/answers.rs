//! The answer in the address: whose it is, how late, and where it leads.

use super::*;

#[test]
fn a_sign_in_ends_where_the_person_wanted_with_query_and_hash() {
    let shared = Shared::new();
    let target = "/checkout?coupon=SPRING#pay";
    let (mut tab, nonce) = back_with(&shared, target, |s| format!("code=c1&state={s}&session_state=x"));
    assert_eq!(tab.replaced(), ["/login/callback"], "the code leaves the address bar first");
    assert_eq!((tab.status(), tab.machine().callback()), (AuthStatus::Unknown, &CallbackStatus::Working));
    tab.answer("openid-configuration", 200, &org::metadata());
    let (id, request) = tab.request("/token");
    let form = request.form.unwrap();
    for part in
        ["grant_type=authorization_code", "code=c1", "code_verifier=", "client_id=0oa1", "redirect_uri="]
    {
        assert!(form.as_str().contains(part), "{part}");
    }
    tab.answer_to(id, 200, &org::tokens(1, &nonce, shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    assert_eq!(tab.status(), AuthStatus::Unknown, "not before the signature is checked");
    tab.verify(true);
    let AuthStatus::SignedIn(person) = tab.status() else { panic!("{:?}", tab.machine().callback()) };
    assert_eq!((person.sub.as_str(), person.name.as_deref()), ("00u1", Some("Alice Shopper")));
    assert_eq!(person.claim("email").and_then(Json::as_str), Some("alice@example.com"));
    assert_eq!(tab.replaced().last(), Some(&target));
    assert_eq!(tab.machine().callback(), &CallbackStatus::Landed { path: "/checkout".into() });
    assert_eq!(tab.said(), [Message::SignedIn]);
    assert!(shared.stored_session().is_some() && !tab.has_transactions());
}

#[test]
fn a_hostile_return_target_becomes_the_home_page() {
    let shared = Shared::new();
    let (mut tab, nonce) = back_with(&shared, "//evil.test/", |s| format!("code=c1&state={s}"));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.replaced().last(), Some(&"/"));
}

#[test]
fn a_reload_keeps_the_session() {
    let shared = Shared::new();
    let tab = Tab::signed_in(&shared).load(&format!("{PAGE}/orders"));
    assert!(tab.is_signed_in() && tab.history.is_empty());
}

#[track_caller]
fn check_query(query: impl FnOnce(&str) -> String, code: &str) {
    let (tab, _) = back_with(&Shared::new(), "/a", query);
    assert_refused(&tab, code);
    assert!(tab.history.is_empty(), "nothing is sent: {:?}", tab.history);
}

#[test]
fn an_answer_is_used_only_with_its_own_state() {
    check_query(|_| "code=c1&state=guess".into(), "not_started");
    check_query(|s| format!("code=c1&state={}", s.to_uppercase()), "not_started");
    check_query(|s| format!("code=c1&state={}", &s[1..]), "not_started");
    check_query(|_| "code=c1&state=".into(), "not_started");
    check_query(|_| "code=c1".into(), "not_started");
    check_query(|s| format!("state={s}"), "malformed_callback");
    check_query(|s| format!("code=&state={s}"), "malformed_callback");
    check_query(|s| format!("code=c1&code=c2&state={s}"), "malformed_callback");
    check_query(|s| format!("code=c1&state={s}&state={s}"), "malformed_callback");
}

#[test]
fn a_refusal_of_the_org_is_shown_and_never_starts_over() {
    check_query(|s| format!("error=access_denied&state={s}"), "access_denied");
    check_query(|_| "error=access_denied".into(), "access_denied");
    check_query(|_| "error=login_required&state=guess".into(), "login_required");
    check_query(|s| format!("error=access_denied&code=c1&state={s}"), "access_denied");
    let (tab, _) = back_with(&Shared::new(), "/checkout?a#b", |s| {
        format!(
            "error=access_denied&error_description=User+is+not+assigned+to+the+client+application.&state={s}"
        )
    });
    let CallbackStatus::Failed(failure) = tab.machine().callback() else { panic!() };
    assert_eq!(failure.description(), "User is not assigned to the client application.");
    assert_eq!(failure.message(), "Your account does not have access to this site.");
    assert_eq!(failure.retry(), SignIn::to("/checkout?a#b"));
}

#[test]
fn the_issuer_of_an_answer_is_compared_where_it_is_named_or_promised() {
    let foreign = "iss=https%3A%2F%2Fevil.test";
    check_query(|s| format!("code=c1&state={s}&{foreign}"), "issuer_mismatch");
    check_query(|s| format!("error=access_denied&state={s}&{foreign}"), "issuer_mismatch");
    check_query(|s| format!("code=c1&state={s}&iss={}%2F", org::ISSUER), "issuer_mismatch");
    let promised = org::metadata_with(|m| m["authorization_response_iss_parameter_supported"] = true.into());
    let (mut tab, _) = back_with(&Shared::new(), "/a", |s| format!("code=c1&state={s}"));
    tab.answer("openid-configuration", 200, &promised);
    assert_refused(&tab, "invalid_answer");
    let (mut tab, _) = back_with(&Shared::new(), "/a", |s| format!("code=c1&state={s}&iss={}", org::ISSUER));
    tab.answer("openid-configuration", 200, &promised);
    tab.request("/token");
}

#[test]
fn a_callback_seen_again_sends_nothing_and_leads_home_where_somebody_is_signed_in() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/a"));
    let address = format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]);
    let mut tab = tab.load(&address);
    // Reloaded before the exchange was over: the transaction is used up.
    tab.sent.clear();
    let tab = tab.load(&address);
    assert_refused(&tab, "not_started");
    let signed_in = Tab::signed_in(&shared);
    for again in [
        address.as_str(),
        "http://localhost:8080/login/callback",
        "http://localhost:8080/login/callback?code=1&state=",
    ] {
        let tab = Tab::open_with(&shared, again, &crate::browser::config(), signed_in.session.clone());
        assert!(tab.is_signed_in() && tab.history.is_empty());
        assert_eq!(tab.replaced().last(), Some(&"/"));
        assert_eq!(tab.machine().callback(), &CallbackStatus::Landed { path: "/".into() });
    }
}

#[test]
fn a_callback_without_an_answer_offers_to_start_again() {
    let tab = Tab::open(&Shared::new(), &format!("{PAGE}/login/callback"));
    assert_refused(&tab, "not_started");
}

/// A tab that comes back with this answer after so many seconds.
fn back_after(seconds: i64, answer: &str) -> Tab {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/checkout?a#b").acr_values("phr"));
    shared.pass(seconds);
    tab.load(&format!("{PAGE}/login/callback?{answer}&state={}", asked["state"]))
}

/// Okta's page gives up after an hour, and a code after five minutes.
#[test]
fn a_sign_in_may_take_as_long_as_the_orgs_page_lives() {
    for seconds in [0, 40 * 60, 65 * 60] {
        let mut tab = back_after(seconds, "code=c1");
        tab.answer("openid-configuration", 200, &org::metadata());
        tab.request("/token");
    }
}

#[track_caller]
fn check_late(seconds: i64, answer: &str, code: &str, retry: &SignIn) {
    let tab = back_after(seconds, answer);
    assert_refused(&tab, code);
    let CallbackStatus::Failed(failure) = tab.machine().callback() else { panic!() };
    assert_eq!(&failure.retry(), retry, "{seconds}");
    assert!(tab.history.is_empty() && !tab.has_transactions());
}

#[test]
fn a_sign_in_that_took_too_long_can_be_begun_again_to_the_same_place() {
    let same = SignIn::to("/checkout?a#b").acr_values("phr");
    check_late(71 * 60, "code=c1", "not_started", &same);
    check_late(71 * 60, "error=login_required", "login_required", &same);
    check_late(23 * 3600, "code=c1", "not_started", &same);
    check_late(25 * 3600, "code=c1", "not_started", &SignIn::to("/"));
}

#[test]
fn a_sign_in_that_took_too_long_leads_whoever_is_signed_in_to_where_they_wanted() {
    let shared = Shared::new();
    let mut tab = Tab::signed_in(&shared);
    let asked = tab.leave_for_org(SignIn::to("/checkout?a#b"));
    shared.pass(71 * 60);
    let tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    assert_eq!((tab.is_signed_in(), tab.replaced().last()), (true, Some(&"/checkout?a#b")));
}

#[test]
fn several_sign_ins_of_one_tab_do_not_disturb_each_other() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let first = tab.leave_for_org(SignIn::to("/first"));
    tab.take(okta_auth::Event::Returned);
    tab.leave_for_org(SignIn::to("/second"));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", first["state"]));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::tokens(1, &first["nonce"], shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.replaced().last(), Some(&"/first"));
    assert_eq!(tab.session.len(), 1, "the other one is still pending");
}

#[test]
fn a_callback_seen_again_leads_to_where_that_very_sign_in_ended() {
    let shared = Shared::new();
    let (mut tab, nonce) = back_with(&shared, "/checkout?x=1#pay", |state| format!("code=c1&state={state}"));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    let record: Value = serde_json::from_str(&shared.stored_session().unwrap()).unwrap();
    let state = record["state"].as_str().unwrap();
    let tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={state}"));
    assert!(tab.history.is_empty() && tab.is_signed_in());
    assert_eq!(tab.replaced().last(), Some(&"/checkout?x=1#pay"));
    let tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", &state[1..]));
    assert_eq!(tab.replaced().last(), Some(&"/"));
}

#[test]
fn tabs_do_not_disturb_each_others_sign_ins() {
    let shared = Shared::new();
    let (mut first, mut second) = (Tab::open(&shared, PAGE), Tab::open(&shared, PAGE));
    let (one, two) = (first.leave_for_org(SignIn::to("/1")), second.leave_for_org(SignIn::to("/2")));
    let stray = Tab::open(&shared, &format!("{PAGE}/login/callback?code=c1&state={}", one["state"]));
    assert!(!stray.is_signed_in() && !stray.history.iter().any(|url| url.ends_with("/token")));
    let (second, first) = (second.come_back(&two, 2, |_| {}), first.come_back(&one, 1, |_| {}));
    assert_eq!((first.replaced().last(), second.replaced().last()), (Some(&"/1"), Some(&"/2")));
}

#[test]
fn a_text_that_nobody_waits_for_does_not_disturb_a_callback() {
    let shared = Shared::new();
    let (mut tab, nonce) = back(&shared);
    let (id, _) = tab.request("/token");
    tab.take(okta_auth::Event::Loaded { id, text: None });
    tab.answer_to(id, 200, &org::tokens(1, &nonce, shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert!(tab.is_signed_in());
}
