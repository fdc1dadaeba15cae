//! Tokens that are bound to a key of the browser (RFC 9449): who has a key made, what proves with it, and what ends it.

use std::collections::BTreeMap;

use okta_auth::{
    AuthConfig, AuthNotice, Dpop, Effect, Event, FetchError, FetchId, HttpAnswer, HttpRequest, Message,
    Sensitive, SignIn, StorageKind, UserInfoStatus,
};
use okta_types::AuthScheme;
use serde_json::json;

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const TOKEN: &str = "https://org.example/oauth2/default/v1/token";

pub(crate) fn metadata() -> String {
    org::Takes { pushing: false, proofs: true }.metadata()
}

fn configured(dpop: Dpop) -> AuthConfig {
    AuthConfig { dpop, ..config() }
}

/// What the token endpoint answers to a proof, of generation `n`; a renewal has no nonce of the sign-in.
pub(crate) fn bound(n: u32, nonce: Option<&str>, now: i64) -> String {
    org::tokens_with(n, nonce, now, |_| {}, |answer| answer["token_type"] = "DPoP".into())
}

fn answer_with_nonce(tab: &mut Tab, ends_with: &str, status: u16, body: &str, nonce: &str) {
    let (id, _) = tab.request(ends_with);
    let body = Sensitive::new(body);
    let answer = HttpAnswer { status, body, dpop_nonce: Some(nonce.into()), ..HttpAnswer::default() };
    tab.take(Event::Answered { id, answer: Ok(answer) });
}

fn wants_nonce(tab: &mut Tab, nonce: &str) {
    let body = org::error("use_dpop_nonce", "Authorization server requires nonce in DPoP proof.");
    answer_with_nonce(tab, "/token", 400, &body, nonce);
}

fn refuse_proof(tab: &mut Tab) {
    let words = "The DPoP proof JWT is issued more than five minutes in the past.";
    tab.answer("/token", 400, &org::error("invalid_dpop_proof", words));
}

/// Back from the org with a code, up to the token request, if there is one.
fn at_the_exchange(shared: &Shared, config: &AuthConfig, metadata: &str) -> (Tab, String) {
    let tab = Tab::open_with(shared, PAGE, config, BTreeMap::new());
    back_with_a_code(tab, metadata)
}

fn back_with_a_code(mut tab: Tab, metadata: &str) -> (Tab, String) {
    tab.take(Event::SignIn(SignIn::to("/orders")));
    if !tab.sent.is_empty() {
        tab.answer("openid-configuration", 200, metadata);
    }
    let asked = tab.authorization();
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    tab.answer("openid-configuration", 200, metadata);
    (tab, asked["nonce"].clone())
}

fn finish(tab: &mut Tab, tokens: &str) {
    tab.answer("/token", 200, tokens);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
}

/// A tab where alice has just signed in, with tokens bound to a key.
fn signed_in_with(shared: &Shared, config: &AuthConfig) -> Tab {
    let (mut tab, nonce) = at_the_exchange(shared, config, &metadata());
    finish(&mut tab, &bound(1, Some(&nonce), shared.now()));
    assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
    tab.done.clear();
    tab
}

pub(crate) fn signed_in(shared: &Shared) -> Tab {
    signed_in_with(shared, &config())
}

/// The scheme and the claims of the proof of what was forwarded last for a request of the app.
fn forwarded(tab: &Tab, number: u64) -> Option<AuthScheme> {
    tab.done.iter().rev().find_map(|effect| match effect {
        Effect::Forward { fetch, authorization, .. } if fetch.0 == number => {
            authorization.as_ref().map(|authorization| authorization.scheme)
        }
        _ => None,
    })
}

fn answered(tab: &mut Tab, number: u64, status: u16, error: &str, nonce: Option<&str>) {
    let fetch = FetchId(number);
    if let Some(nonce) = nonce {
        tab.take(Event::NonceGiven { fetch, nonce: nonce.into() });
    }
    let challenge = Some(format!(r#"Bearer realm="grove", DPoP algs="ES256", error="{error}""#));
    tab.take(Event::FetchAnswered { fetch, status, challenge });
}

#[test]
fn where_the_org_takes_proofs_a_key_is_made_and_everything_is_proven_with_it() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    let proof = shared.keys.last_proof();
    assert_eq!((&*proof.htm, &*proof.htu, proof.iat.0), ("POST", TOKEN, shared.now()));
    assert_eq!((proof.nonce, proof.ath), (None, None));
    finish(&mut tab, &bound(1, Some(&nonce), shared.now()));
    assert!(tab.is_signed_in() && shared.keys.count() == 1);

    tab.fetch(1, "http://localhost:8000/api/o%2f1?page=2#x");
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::DPoP));
    let proof = shared.keys.last_proof();
    assert_eq!((&*proof.htm, &*proof.htu), ("GET", "http://localhost:8000/api/o%2f1"));
    assert_eq!(proof.ath, Some(okta_types::access_token_hash("access-1")));

    tab.take(Event::UserInfoWanted);
    assert_eq!(shared.keys.last_proof().htu, format!("{}/v1/userinfo", org::ISSUER));
    assert!(shared.keys.last_proof().ath.is_some());

    shared.pass(3600);
    tab.fetch(2, API);
    assert_eq!((&*shared.keys.last_proof().htu, shared.keys.used().len()), (TOKEN, 1));
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    assert_eq!(shared.keys.last_proof().ath, Some(okta_types::access_token_hash("access-2")));
    tab.fetch(3, "http://evil.test/");
    assert_eq!((forwarded(&tab, 3), shared.keys.last_proof().htu.as_str()), (None, API));
}

#[test]
fn no_proof_is_sent_where_the_org_takes_none_or_the_app_wants_none() {
    let rs256 = org::metadata_with(|m| m["dpop_signing_alg_values_supported"] = json!(["RS256"]));
    for (dpop, document) in
        [(Dpop::WhenOffered, org::metadata()), (Dpop::WhenOffered, rs256), (Dpop::Off, metadata())]
    {
        let shared = Shared::new();
        let (mut tab, nonce) = at_the_exchange(&shared, &configured(dpop), &document);
        assert_eq!((shared.keys.made.get(), shared.keys.proofs.borrow().len()), (0, 0));
        finish(&mut tab, &org::tokens(1, &nonce, shared.now()));
        tab.fetch(1, API);
        assert_eq!(forwarded(&tab, 1), Some(AuthScheme::Bearer));
        assert!(shared.stored_session().unwrap().contains(r#""v":2"#), "older code reads it");
    }
}

#[test]
fn an_org_whose_app_has_the_setting_off_answers_with_a_bearer_token_and_the_key_goes() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    assert_eq!(shared.keys.count(), 1);
    finish(&mut tab, &org::tokens(1, &nonce, shared.now()));
    assert!(tab.is_signed_in() && shared.keys.count() == 0);
    tab.fetch(1, API);
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::Bearer));
    shared.pass(3600);
    tab.fetch(2, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!((tab.forwarded(2), shared.keys.proofs.borrow().len()), (vec![Some("access-2".into())], 1));
}

/// What was issued and not taken is revoked.
#[track_caller]
fn check_revoked(tab: &mut Tab, part: &str) {
    let (_, request) = tab.request("/revoke");
    let form = request.form.unwrap();
    assert!(form.as_str().contains(part), "{}", form.as_str());
    assert!(request.proof.is_none());
}

#[test]
fn an_app_that_requires_it_takes_no_bearer_token() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &configured(Dpop::Required), &metadata());
    tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
    assert_eq!((tab.failure().as_deref(), shared.stored_session()), (Some("invalid_answer"), None));
    check_revoked(&mut tab, "token=refresh-1&token_type_hint=refresh_token");
    assert_eq!(shared.keys.count(), 0);

    let shared = Shared::new();
    let mut tab = Tab::open_with(&shared, PAGE, &configured(Dpop::Required), BTreeMap::new());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata());
    let Some(AuthNotice::SignInFailed(error)) = tab.notice() else { panic!("{:?}", tab.notice()) };
    assert!(error.to_string().contains("does not offer DPoP"), "{error}");
}

#[test]
fn an_app_that_requires_it_does_not_go_on_with_a_session_from_before() {
    let shared = Shared::new();
    let _ = Tab::of_alice(&shared);
    let tab = Tab::open_with(&shared, PAGE, &configured(Dpop::Required), BTreeMap::new());
    assert!(!tab.is_signed_in() && shared.stored_session().is_none());
    let tab = signed_in_with(&shared, &configured(Dpop::Required)).load(PAGE);
    assert!(tab.is_signed_in());
}

#[test]
fn a_bound_token_that_nobody_asked_for_is_refused() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &org::metadata());
    let tokens = org::tokens_with(
        1,
        Some(&nonce),
        shared.now(),
        |_| {},
        |answer| {
            answer["token_type"] = "DPoP".into();
            answer.as_object_mut().unwrap().remove("refresh_token");
        },
    );
    tab.answer("/token", 200, &tokens);
    assert_eq!(tab.failure().as_deref(), Some("invalid_answer"));
    check_revoked(&mut tab, "token=access-1&token_type_hint=access_token");
}

#[test]
fn a_refused_id_token_takes_the_refresh_token_beside_it_along() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    tab.answer("/token", 200, &bound(1, Some(&nonce), shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(false);
    assert_eq!(tab.failure().as_deref(), Some("invalid_id_token"));
    check_revoked(&mut tab, "token=refresh-1&");
    assert_eq!(shared.keys.count(), 0);
}

#[test]
fn a_renewal_of_the_other_kind_ends_the_session() {
    for bound_before in [true, false] {
        let shared = Shared::new();
        let mut tab = if bound_before { signed_in(&shared) } else { Tab::of_alice(&shared) };
        shared.pass(3600);
        tab.fetch(1, API);
        let (unbound, bound) = (org::renewed(2, shared.now()), bound(2, None, shared.now()));
        tab.answer("/token", 200, if bound_before { &unbound } else { &bound });
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired), "bound before: {bound_before}");
        assert_eq!((tab.refused(1), shared.is_expired()), (Some(&FetchError::SessionExpired), true));
        check_revoked(&mut tab, "token=refresh-2&");
        assert_eq!(shared.keys.count(), 0);
    }
}

#[test]
fn every_tab_proves_with_the_one_key_and_one_of_them_renews() {
    let shared = Shared::new();
    let mut tabs = [signed_in(&shared), Tab::open(&shared, PAGE), Tab::open(&shared, PAGE)];
    for (number, tab) in tabs.iter_mut().enumerate() {
        tab.fetch(number as u64, API);
        assert_eq!(forwarded(tab, number as u64), Some(AuthScheme::DPoP));
    }
    shared.pass(3600);
    let proofs = shared.keys.proofs.borrow().len();
    tabs.iter_mut().for_each(|tab| tab.fetch(9, API));
    tabs[0].answer("/token", 200, &bound(2, None, shared.now()));
    tabs[0].verify(true);
    for tab in &mut tabs[1..] {
        tab.grant_lock();
        assert!(tab.sent.is_empty());
        assert_eq!(tab.forwarded(9), [Some(org::access_token(2))]);
    }
    assert_eq!(shared.keys.proofs.borrow().len(), proofs + 4, "one renewal and three requests");
    assert_eq!((shared.keys.made.get(), shared.keys.used().len()), (1, 1));
}

#[test]
fn the_orgs_nonce_is_asked_for_once_and_kept_over_a_reload() {
    for (after, known) in [(20 * 3600 - 1, true), (20 * 3600, false)] {
        let shared = Shared::new();
        let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
        wants_nonce(&mut tab, "n1");
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("n1"));
        finish(&mut tab, &bound(1, Some(&nonce), shared.now()));
        shared.pass(after);
        let mut tab = Tab::open(&shared, PAGE);
        tab.fetch(1, API);
        tab.answer("openid-configuration", 200, &metadata());
        let proof = shared.keys.last_proof();
        assert_eq!((&*proof.htu, proof.nonce.is_some()), (TOKEN, known), "{after}");
    }
}

#[test]
fn a_nonce_that_is_refused_again_is_not_tried_a_third_time() {
    let shared = Shared::new();
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    wants_nonce(&mut tab, "n1");
    wants_nonce(&mut tab, "n2");
    assert_eq!((tab.failure().as_deref(), tab.sent.len()), (Some("use_dpop_nonce"), 0));
    assert_eq!(shared.keys.count(), 0);
}

#[test]
fn a_stale_nonce_at_a_renewal_is_replaced_and_the_session_goes_on() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    wants_nonce(&mut tab, "n9");
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("n9"));
    answer_with_nonce(&mut tab, "/token", 200, &bound(2, None, shared.now()), "n10");
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    assert!(shared.stored_session().unwrap().contains(r#""nonce":"n10""#));
}

#[test]
fn an_api_may_ask_for_a_nonce_of_its_own_once_a_request() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    for status in [401, 400] {
        tab.fetch(1, API);
        answered(&mut tab, 1, status, "use_dpop_nonce", Some("a1"));
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("a1"));
        assert!(!tab.delivered(1));
        answered(&mut tab, 1, status, "use_dpop_nonce", Some("a2"));
        assert!(tab.delivered(1), "{status}");
        tab.done.clear();
    }
    tab.take(Event::UserInfoWanted);
    assert_eq!(shared.keys.last_proof().nonce, None, "the org is another server");
    tab.fetch(2, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("a2"));
    // Without a nonce there is nothing to try.
    answered(&mut tab, 2, 401, "use_dpop_nonce", None);
    assert!(tab.delivered(2));
}

#[test]
fn an_answer_that_was_overtaken_does_not_bring_an_old_nonce_back() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    let (early, late) = (FetchId(1), FetchId(2));
    tab.fetch(1, API);
    tab.fetch(2, API);
    tab.take(Event::NonceGiven { fetch: late, nonce: "new".into() });
    tab.take(Event::NonceGiven { fetch: early, nonce: "old".into() });
    tab.fetch(3, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("new"));
    tab.take(Event::NonceGiven { fetch: FetchId(3), nonce: "newer".into() });
    tab.fetch(4, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("newer"));
}

#[test]
fn the_claims_endpoint_may_ask_for_a_nonce_in_the_header_or_the_body_once() {
    let header = Some(r#"DPoP algs="ES256", error="use_dpop_nonce""#.to_owned());
    for (challenge, body) in [(header, String::new()), (None, org::error("use_dpop_nonce", ""))] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        tab.take(Event::UserInfoWanted);
        for nonce in ["u1", "u2"] {
            let (id, _) = tab.request("/userinfo");
            let answer = HttpAnswer {
                status: 400,
                body: Sensitive::new(&*body),
                dpop_nonce: Some(nonce.into()),
                challenge: challenge.clone(),
                ..HttpAnswer::default()
            };
            tab.take(Event::Answered { id, answer: Ok(answer) });
        }
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("u1"));
        assert!(tab.sent.is_empty());
        assert!(matches!(tab.machine().user_info(), UserInfoStatus::Failed(_)), "{challenge:?}");
    }
}

#[test]
fn a_clock_an_hour_off_is_set_right_by_the_pages_own_server() {
    for offset in [3600, -3600] {
        let shared = Shared::new();
        shared.keys.time.set(Some(offset));
        let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
        refuse_proof(&mut tab);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset);
        finish(&mut tab, &{
            let now = shared.now() + offset;
            org::tokens_with(1, Some(&nonce), now, |_| {}, |answer| answer["token_type"] = "DPoP".into())
        });
        assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
        tab.fetch(1, API);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset);
        let mut tab = tab.load(PAGE);
        tab.fetch(1, API);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset, "a reload knows it");
    }
}

#[test]
fn a_clock_that_was_right_or_is_unknown_is_not_tried_again() {
    for time in [None, Some(0), Some(5), Some(-5)] {
        let shared = Shared::new();
        shared.keys.time.set(time);
        let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
        refuse_proof(&mut tab);
        assert_eq!((tab.failure().as_deref(), tab.sent.len()), (Some("invalid_dpop_proof"), 0), "{time:?}");
        assert_eq!(shared.keys.count(), 0);
    }
    let shared = Shared::new();
    shared.keys.time.set(Some(6));
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    refuse_proof(&mut tab);
    refuse_proof(&mut tab);
    assert_eq!((tab.failure().as_deref(), tab.sent.len()), (Some("invalid_dpop_proof"), 0));
}

#[test]
fn nonce_and_clock_may_both_be_wrong() {
    let shared = Shared::new();
    shared.keys.time.set(Some(3600));
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    wants_nonce(&mut tab, "n1");
    refuse_proof(&mut tab);
    let proof = shared.keys.last_proof();
    assert_eq!((proof.nonce.as_deref(), proof.iat.0), (Some("n1"), shared.now() + 3600));
    assert_eq!(tab.sent.len(), 1);
}

#[test]
fn a_renewal_whose_proof_is_refused_for_good_ends_the_session() {
    for bound_before in [true, false] {
        let shared = Shared::new();
        let mut tab = if bound_before { signed_in(&shared) } else { Tab::of_alice(&shared) };
        shared.pass(3600);
        tab.fetch(1, API);
        refuse_proof(&mut tab);
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired), "bound before: {bound_before}");
        assert_eq!((shared.keys.count(), shared.lock_is_free()), (0, true));
    }
}

#[test]
fn a_refused_proof_at_the_api_is_no_reason_to_renew() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, "invalid_dpop_proof", None);
    assert!(tab.delivered(1) && tab.sent.is_empty());

    shared.keys.time.set(Some(900));
    tab.fetch(2, API);
    answered(&mut tab, 2, 401, "invalid_dpop_proof", None);
    assert_eq!(shared.keys.last_proof().iat.0, shared.now() + 900);
    answered(&mut tab, 2, 401, "invalid_dpop_proof", None);
    assert!(tab.delivered(2) && tab.sent.is_empty());
}

#[test]
fn a_bound_token_that_the_api_refuses_is_renewed_once() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, "invalid_token", None);
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some("access-1".into()), Some("access-2".into())]);
    answered(&mut tab, 1, 401, "invalid_token", None);
    assert!(tab.delivered(1) && tab.sent.is_empty());
}

#[test]
fn a_lost_answer_to_a_renewal_is_asked_for_again_with_another_proof() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let proofs = shared.keys.proofs.borrow().len();
    tab.fail("/token", okta_auth::HttpFailure::Network);
    // The browser made of plain data takes no `jti` twice.
    assert_eq!((tab.sent.len(), shared.keys.proofs.borrow().len()), (1, proofs + 1));
}

#[test]
fn a_lost_key_ends_the_session_with_its_own_words() {
    for wants in ["a request", "a renewal", "the claims"] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        shared.keys.kept.borrow_mut().clear();
        match wants {
            "a request" => tab.fetch(1, API),
            "a renewal" => {
                shared.pass(3600);
                tab.fetch(1, API);
            }
            _ => tab.take(Event::UserInfoWanted),
        }
        assert_eq!(tab.notice(), Some(AuthNotice::KeyLost), "{wants}");
        assert!(!tab.is_signed_in() && shared.is_expired() && tab.navigations().is_empty(), "{wants}");
        assert_eq!(tab.said(), [Message::Expired(org::alice())], "{wants}");
        if wants != "the claims" {
            assert_eq!(tab.refused(1), Some(&FetchError::SessionExpired), "{wants}");
        }
        assert!(tab.sent.is_empty() && shared.lock_is_free(), "{wants}");
        assert_eq!(tab.machine().owner().subject(), Some(&org::alice()), "what is on the screen stays");
    }
}

#[test]
fn a_key_that_another_tabs_sign_in_has_replaced_ends_nothing() {
    for renews in [false, true] {
        let shared = Shared::new();
        let mut first = signed_in(&shared);
        let second = Tab::open(&shared, PAGE);
        let (mut second, nonce) = back_with_a_code(second, &metadata());
        finish(&mut second, &bound(7, Some(&nonce), shared.now()));
        assert_eq!((shared.keys.count(), shared.keys.made.get()), (1, 2), "the old one is dropped");
        // The first tab has not heard of it yet.
        if renews {
            first.take(Event::FetchDropped { fetch: FetchId(9) });
        }
        first.fetch(1, API);
        assert_eq!(first.forwarded(1).last(), Some(&Some(org::access_token(7))), "{renews}");
        assert!(first.is_signed_in() && first.notice().is_none());
    }
}

#[test]
fn a_key_that_is_missing_at_a_renewal_does_not_end_the_session_of_a_later_sign_in() {
    let shared = Shared::new();
    let mut first = signed_in(&shared);
    let second = Tab::open(&shared, PAGE);
    shared.pass(3600);
    first.fetch(1, API);
    let (mut second, nonce) = back_with_a_code(second, &metadata());
    finish(&mut second, &bound(7, Some(&nonce), shared.now()));
    // The answer was lost; for the second attempt the key is gone.
    first.fail("/token", okta_auth::HttpFailure::Network);
    assert!(first.is_signed_in() && first.notice().is_none(), "{:?}", first.notice());
    assert_eq!(first.forwarded(1), [Some(org::access_token(7))]);
}

#[test]
fn a_browser_that_keeps_no_keys_has_a_session_for_the_life_of_the_page() {
    let shared = Shared::new();
    shared.keys.refuses.set(true);
    let mut tab = signed_in(&shared);
    assert!(!tab.machine().keeps_session() && shared.stored_session().is_none());
    tab.fetch(1, API);
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::DPoP));
    shared.pass(3600);
    tab.fetch(2, API);
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    assert!(!tab.machine().keeps_session() && shared.stored_session().is_none());
    let tab = tab.load(PAGE);
    assert!(!tab.is_signed_in() && tab.notice().is_none());
}

#[test]
fn a_session_in_memory_has_its_key_there() {
    let shared = Shared::new();
    let config = AuthConfig { session_storage: StorageKind::Memory, ..config() };
    let mut tab = signed_in_with(&shared, &config);
    assert!(tab.machine().keeps_session() && shared.keys.count() == 0);
    tab.take(Event::StorageChanged);
    tab.fetch(1, API);
    assert_eq!((forwarded(&tab, 1), tab.is_signed_in()), (Some(AuthScheme::DPoP), true));
}

#[test]
fn a_browser_that_makes_no_key_says_so() {
    let shared = Shared::new();
    shared.keys.fails.set(true);
    let (tab, _) = at_the_exchange(&shared, &config(), &metadata());
    assert_eq!((tab.failure().as_deref(), tab.sent.len()), (Some("key_lost"), 0));
}

#[test]
fn a_sign_out_leaves_no_key_and_a_new_sign_in_makes_a_new_one() {
    for here_only in [true, false] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        tab.take(if here_only { Event::SignOutHere } else { Event::SignOut });
        assert_eq!(shared.keys.count(), 0);
        let _ = signed_in(&shared);
        assert_eq!((shared.keys.count(), shared.keys.used().len()), (1, 2));
    }
}

#[test]
fn a_session_that_ends_by_itself_or_elsewhere_leaves_no_key() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::SessionExpired), 0));

    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.local.borrow_mut().clear();
    tab.take(Event::StorageChanged);
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::SignedOutElsewhere), 0));
}

#[test]
fn a_later_version_goes_on_with_the_key() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.store("session", r#"{"v":9}"#);
    tab.take(Event::StorageChanged);
    assert_eq!((tab.notice(), shared.keys.count()), (Some(AuthNotice::NewerVersion), 1));
}

#[test]
fn a_stored_key_that_cannot_be_read_is_as_good_as_no_session() {
    for (good, bad) in [(r#""x":"AQ"#, r#""x":"!Q"#), (r#""y":"#, r#""z":"#)] {
        let shared = Shared::new();
        let tab = signed_in(&shared);
        let text = shared.stored_session().unwrap();
        assert!(text.contains(good) && text.contains(r#""v":3"#), "{text}");
        tab.store("session", &text.replace(good, bad));
        assert!(!tab.load(PAGE).is_signed_in());
    }
}

#[test]
fn tokens_that_come_after_a_sign_out_are_revoked_whatever_their_type() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let (id, _): (_, HttpRequest) = tab.request("/token");
    tab.take(Event::SignOutHere);
    tab.sent.clear();
    tab.answer_to(id, 200, &bound(2, None, shared.now()));
    check_revoked(&mut tab, "token=refresh-2&");
}

/// Its page closed between the making of the key and the answer of the org.
#[test]
fn a_key_of_a_sign_in_whose_page_closed_goes_with_a_later_sign_in() {
    let shared = Shared::new();
    drop(at_the_exchange(&shared, &config(), &metadata()));
    assert_eq!(shared.keys.count(), 1);
    shared.pass(3 * 3600);
    let _ = signed_in(&shared);
    let kept: Vec<_> = shared.keys.kept.borrow().iter().cloned().collect();
    assert!(kept.len() == 1 && shared.stored_session().unwrap().contains(&kept[0]), "{kept:?}");
}

#[test]
fn a_key_of_a_sign_in_that_goes_on_in_another_tab_stays() {
    let shared = Shared::new();
    let (mut slow, nonce) = at_the_exchange(&shared, &config(), &metadata());
    shared.pass(600);
    let _ = signed_in(&shared);
    finish(&mut slow, &bound(2, Some(&nonce), shared.now()));
    slow.fetch(1, API);
    assert_eq!(forwarded(&slow, 1), Some(AuthScheme::DPoP));
}

#[test]
fn the_key_of_a_session_stays_while_another_sign_in_goes_on_and_where_each_tab_has_a_session() {
    let shared = Shared::new();
    let before = signed_in(&shared);
    shared.pass(3 * 3600);
    let (again, _) = back_with_a_code(before, &metadata());
    assert_eq!((again.is_signed_in(), shared.keys.count()), (true, 2));

    let shared = Shared::new();
    let each = AuthConfig { session_storage: StorageKind::Session, ..config() };
    let _ = signed_in_with(&shared, &each);
    shared.pass(3 * 3600);
    let _ = signed_in_with(&shared, &each);
    assert_eq!(shared.keys.count(), 2);
}
