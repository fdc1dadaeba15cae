//! The exchange of the code, and the checks of the tokens that come of it.

use super::*;

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
fn the_keys_are_asked_for_with_the_tokens_and_both_are_waited_for() {
    for keys_come_first in [true, false] {
        let shared = Shared::new();
        let (mut tab, nonce) = back(&shared);
        let mut asked: Vec<_> = tab.sent.iter().map(|(_, request)| request.url.as_str()).collect();
        asked.sort_unstable();
        assert_eq!(asked, [format!("{}/v1/keys", org::ISSUER), format!("{}/v1/token", org::ISSUER)]);
        if keys_come_first {
            tab.answer("/keys", 200, &org::keys("k1"));
        }
        tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
        if !keys_come_first {
            assert!(tab.checks.is_empty() && !tab.is_signed_in());
            tab.answer("/keys", 200, &org::keys("k1"));
        }
        tab.verify(true);
        assert!(tab.is_signed_in() && tab.sent.is_empty());
    }
}

#[test]
fn keys_that_came_before_the_tokens_are_asked_for_once_more_where_they_are_not_the_ones() {
    for first in [Some("k2"), None] {
        let shared = Shared::new();
        let (mut tab, nonce) = back(&shared);
        match first {
            Some(kid) => tab.answer("/keys", 200, &org::keys(kid)),
            None => tab.fail("/keys", HttpFailure::Network),
        }
        tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
        tab.answer("/keys", 200, &org::keys("k1"));
        tab.verify(true);
        assert!(tab.is_signed_in(), "{first:?}");
    }
}

/// Otherwise the answer would count as the one to the revocation, and the page would leave before that.
#[test]
fn keys_that_come_late_do_not_disturb_a_sign_out() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    shared.pass(3600);
    tab.fetch(1, "http://localhost:8000/api");
    tab.answer("openid-configuration", 200, &org::metadata());
    let (keys, _) = tab.request("/keys");
    tab.take(Event::SignOut);
    tab.answer_to(keys, 200, &org::keys("k1"));
    let has_left = |tab: &Tab| tab.done.iter().any(|effect| matches!(effect, Effect::SubmitForm { .. }));
    assert!(!has_left(&tab), "the revocation is not answered");
    tab.answer("/revoke", 200, "");
    assert!(has_left(&tab));
}

#[test]
fn keys_that_cannot_be_had_end_the_sign_in() {
    let mut tab = exchange(|_| {}, |_| {}, &[], None);
    tab.fail("/keys", HttpFailure::Network);
    assert_refused(&tab, "network");
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
