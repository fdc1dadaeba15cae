//! Tokens that are bound to a key of the browser (RFC 9449): who has a key made, what proves with it, and what ends it.

mod binding;
mod keys;
mod refused;

use std::collections::BTreeMap;

use okta_auth::{
    AnswerProblem, AuthConfig, AuthNotice, CallbackStatus, Dpop, Effect, Endpoint, Event, FetchError,
    FetchId, HttpAnswer, HttpRequest, Message, OrgError, Sensitive, SignIn, SignInError, StorageKind,
    UserInfoStatus,
};
use okta_types::AuthScheme;
use serde_json::json;

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const TOKEN: &str = "https://org.example/oauth2/default/v1/token";

pub(crate) fn metadata() -> String {
    org::Takes { pushing: false, proofs: true, silent: None }.metadata()
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
pub(crate) fn signed_in_with(shared: &Shared, config: &AuthConfig) -> Tab {
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

/// What was issued and not taken is revoked.
#[track_caller]
fn check_revoked(tab: &mut Tab, part: &str) {
    let (_, request) = tab.request("/revoke");
    let form = request.form.unwrap();
    assert!(form.as_str().contains(part), "{}", form.as_str());
    assert!(request.proof.is_none());
}

#[track_caller]
fn check_cause(tab: &Tab, problem: AnswerProblem) {
    let CallbackStatus::Failed(failure) = tab.machine().callback() else { panic!("it did not fail") };
    assert_eq!(failure.error(), &SignInError::Org(OrgError::Answer(problem)));
}
