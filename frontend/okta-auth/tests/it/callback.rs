use okta_auth::{Advice, AuthStatus, CallbackStatus, HttpFailure, Json, Message, SignIn};
use serde_json::{Value, json};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

/// A tab that comes back from the org with this query, after a sign-in that asked for `target`.
fn back_with(shared: &Shared, target: &str, query: impl FnOnce(&str) -> String) -> (Tab, String) {
    let mut tab = Tab::open(shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to(target));
    let address = format!("{PAGE}/login/callback?{}", query(&asked["state"]));
    (tab.load(&address), asked["nonce"].clone())
}

fn back(shared: &Shared) -> (Tab, String) {
    let (mut tab, nonce) = back_with(shared, "/a", |state| format!("code=c1&state={state}"));
    tab.answer("openid-configuration", 200, &org::metadata());
    (tab, nonce)
}

/// Nothing of a refused answer remains or goes anywhere.
#[track_caller]
fn assert_refused(tab: &Tab, code: &str) {
    assert_eq!(tab.failure().as_deref(), Some(code));
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    assert_eq!(tab.shared.stored_session(), None);
    assert!(tab.navigations().is_empty() && tab.said().is_empty());
    // What was issued is revoked, and that is all.
    for (_, request) in &tab.sent {
        let form = request.form.as_ref().map_or("", |form| form.as_str());
        assert!(request.url.ends_with("/revoke") && form.starts_with("token=refresh-1&"), "{request:?}");
    }
    assert!(tab.sent.len() < 2, "{:?}", tab.sent);
}

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
    assert_eq!(failure.message(), "Your account may not use this site.");
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

#[track_caller]
fn check_token_answer(status: u16, body: &str, code: &str) {
    let (mut tab, _) = back(&Shared::new());
    tab.answer("/token", status, body);
    assert_refused(&tab, code);
}

#[test]
fn a_refused_exchange_is_shown_with_its_cause() {
    check_token_answer(400, &org::error("invalid_grant", "PKCE verification failed."), "invalid_grant");
    check_token_answer(400, "oops", "invalid_answer");
    check_token_answer(429, &org::error("invalid_grant", "too many requests"), "temporarily_unavailable");
    check_token_answer(500, "", "temporarily_unavailable");
    check_token_answer(200, "{}", "invalid_answer");
    let (mut tab, _) = back(&Shared::new());
    tab.fail("/token", HttpFailure::Timeout);
    assert_refused(&tab, "timeout");
}

/// Runs an exchange whose answer is changed; `verify` where the signature is reached.
#[track_caller]
fn exchange(
    claims: impl FnOnce(&mut Value),
    answer: impl FnOnce(&mut Value),
    keys: &[&str],
    verify: Option<bool>,
) -> Tab {
    let shared = Shared::new();
    let (mut tab, nonce) = back(&shared);
    tab.answer("/token", 200, &org::tokens_with(1, Some(&nonce), shared.now(), claims, answer));
    for kid in keys {
        tab.answer("/keys", 200, &org::keys(kid));
    }
    if let Some(good) = verify {
        tab.verify(good);
    }
    tab
}

#[test]
fn tokens_that_cannot_be_used_are_refused() {
    let nothing = |_: &mut Value| {};
    for token_type in ["DPoP", "mac", ""] {
        let tab = exchange(nothing, |a| a["token_type"] = token_type.into(), &[], None);
        assert_refused(&tab, "invalid_answer");
    }
    for token in ["", "a b", "a\r\nX: y"] {
        assert_refused(&exchange(nothing, |a| a["access_token"] = token.into(), &[], None), "invalid_answer");
    }
    let no_id_token = |a: &mut Value| a["id_token"] = Value::Null;
    assert_refused(&exchange(nothing, no_id_token, &[], None), "invalid_answer");
    assert!(exchange(nothing, |a| a["token_type"] = "bEARER".into(), &["k1"], Some(true)).is_signed_in());
}

#[test]
fn an_answer_without_a_lifetime_or_refresh_token_will_do() {
    let bare = |a: &mut Value| {
        for name in ["expires_in", "refresh_token", "scope"] {
            a.as_object_mut().unwrap().remove(name);
        }
    };
    assert!(exchange(|_| {}, bare, &["k1"], Some(true)).is_signed_in());
}

#[test]
fn an_id_token_whose_signature_does_not_hold_is_refused() {
    assert_refused(&exchange(|_| {}, |_| {}, &["k1"], Some(false)), "invalid_id_token");
}

#[test]
fn an_unknown_key_is_looked_for_once() {
    let tab = exchange(|_| {}, |_| {}, &["k2"], None);
    assert_refused(&tab, "invalid_id_token");
    assert_eq!(tab.history.iter().filter(|url| url.ends_with("/keys")).count(), 1);
}

#[track_caller]
fn check_claim(name: &str, value: Value) {
    let tab = exchange(|c| c[name] = value, |_| {}, &["k1"], Some(true));
    assert_refused(&tab, "invalid_id_token");
}

#[test]
fn an_id_token_with_a_wrong_claim_is_refused_though_its_signature_holds() {
    check_claim("iss", "https://evil.test".into());
    check_claim("aud", "0oa2".into());
    check_claim("aud", json!(["0oa1", "other"]));
    check_claim("azp", "0oa2".into());
    check_claim("sub", "".into());
    check_claim("nonce", "another".into());
    check_claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA".into());
    check_claim("exp", 0.into());
}

#[test]
fn an_id_token_without_a_required_claim_is_refused() {
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        let without = |c: &mut Value| drop(c.as_object_mut().unwrap().remove(name));
        assert_refused(&exchange(without, |_| {}, &["k1"], Some(true)), "invalid_id_token");
    }
    let without = |c: &mut Value| drop(c.as_object_mut().unwrap().remove("nonce"));
    assert_refused(&exchange(without, |_| {}, &["k1"], Some(true)), "invalid_id_token");
}

#[test]
fn an_id_token_that_is_no_signed_token_is_refused() {
    for id_token in ["", "a.b", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é.é.é"] {
        let tab = exchange(|_| {}, |a| a["id_token"] = id_token.into(), &[], None);
        assert_refused(&tab, "invalid_id_token");
    }
}

#[test]
fn keys_that_cannot_be_had_end_the_sign_in() {
    let mut tab = exchange(|_| {}, |_| {}, &[], None);
    tab.fail("/keys", HttpFailure::Network);
    assert_refused(&tab, "network");
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
fn an_origin_the_org_does_not_trust_is_named() {
    let (mut tab, _) = back(&Shared::new());
    tab.fail("/token", HttpFailure::Cors { origin: PAGE.into() });
    assert_refused(&tab, "untrusted_origin");
    let CallbackStatus::Failed(failure) = tab.machine().callback() else { panic!() };
    assert!(failure.description().contains(&format!("add {PAGE} under")), "{}", failure.description());
    assert_eq!(failure.explanation().advice, Advice::TellOperator);
    assert!(failure.explanation().developer.contains("Trusted Origins"));
}

#[test]
fn tabs_do_not_disturb_each_others_sign_ins() {
    let shared = Shared::new();
    let (mut first, mut second) = (Tab::open(&shared, PAGE), Tab::open(&shared, PAGE));
    let (one, two) = (first.leave_for_org(SignIn::to("/1")), second.leave_for_org(SignIn::to("/2")));
    let stray = Tab::open(&shared, &format!("{PAGE}/login/callback?code=c1&state={}", one["state"]));
    assert_refused(&stray, "not_started");
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

/// Answers come late and twice; each counts once, for the request that it answers.
#[test]
fn an_answer_to_another_request_changes_nothing() {
    let shared = Shared::new();
    let (mut tab, nonce) = back_with(&shared, "/a", |state| format!("code=c1&state={state}"));
    let (documents, _) = tab.request("openid-configuration");
    tab.answer_to(documents, 200, &org::metadata());
    let refusal = org::error("invalid_grant", "");
    tab.answer_to(documents, 400, &refusal);
    let (exchange, _) = tab.request("/token");
    tab.answer_to(exchange, 200, &org::tokens(1, &nonce, shared.now()));
    tab.answer_to(exchange, 400, &refusal);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.answer_to(exchange, 400, &refusal);
    tab.verify(true);
    assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
}

#[test]
fn an_org_whose_endpoints_cannot_be_had_ends_the_sign_in_with_the_reason() {
    let (mut tab, _) = back_with(&Shared::new(), "/a", |state| format!("code=c1&state={state}"));
    tab.fail("openid-configuration", HttpFailure::Network);
    assert_refused(&tab, "network");
}

#[test]
fn scopes_are_those_that_were_asked_for_where_the_org_does_not_name_them() {
    let shared = Shared::new();
    let (mut tab, nonce) = back(&shared);
    let silent = |answer: &mut Value| _ = answer.as_object_mut().unwrap().remove("scope");
    tab.answer("/token", 200, &org::tokens_with(1, Some(&nonce), shared.now(), |_| {}, silent));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    let AuthStatus::SignedIn(person) = tab.status() else { panic!("{:?}", tab.machine().callback()) };
    assert_eq!(person.scopes.as_str(), "openid profile email offline_access");
}
