//! The OpenID Foundation's cases for providers, re-created as black-box tests over HTTP.
//!
//! The 38 modules of the plan `oidcc-basic-certification-test-plan` are in [`basic`], [`userinfo`], [`prompts`],
//! [`parameters`] and [`codes`]; the one of `oidcc-config-certification-test-plan` in [`discovery`]; the 11 of
//! `oidcc-rp-initiated-logout-certification-test-plan` in [`logout`]. Each test is named after its module, whose id
//! stands above it.
//!
//! Where this org is not what a module asks for, the test shows the answer that the module also accepts:
//!
//! * `oidcc-idtoken-unsigned`: it is for providers that can be told by registration to leave tokens unsigned. This
//!   one signs them all.
//! * `oidcc-server-client-secret-post`: no app with a sign-in has a secret here; the secret in the form is shown with
//!   the service app.
//! * `oidcc-request-uri-unsigned…`, `oidcc-unsigned-request-object…`, `oidcc-ensure-request-object-with-redirect-uri`:
//!   request objects are rejected as not supported.
//! * `oidcc-claims-essential`: `claims_parameter_supported` is not announced, so the parameter is passed over.
//! * `oidcc-rp-initiated-logout-no-id-token-hint`, `…-no-params`, `…-only-state`: the specification lets a provider ask
//!   or refuse; Okta requires the hint.

mod basic;
mod codes;
mod discovery;
mod logout;
mod parameters;
mod prompts;
mod userinfo;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use okta_local::RunningOrg;
use serde_json::Value;

use crate::browser::{ALICE, Answer, Browser, PASSWORD, http, parts, redeem, text};

type Change<'a> = (&'a str, Option<&'a str>);

/// Tokens for alice in this browser, which asks for her password where it must.
async fn tokens(org: &RunningOrg, browser: &Browser<'_>, change: &[Change<'_>]) -> Value {
    let mut answer = browser.authorize(change).await;
    if answer.is_sign_in_page() {
        answer = browser.sign_in(&answer, ALICE, PASSWORD).await;
    }
    let tokens = redeem(org, &answer.code(), &[]).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    tokens.json()
}

/// The ID token's claims, checked by OpenID Connect Core §3.1.3.7 with a library nobody here wrote.
async fn id_claims(org: &RunningOrg, tokens: &Value) -> Value {
    let id_token = text(tokens, "id_token");
    let keys = Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await.json();
    let keys: JwkSet = serde_json::from_value(keys).expect("a key set");
    let header = decode_header(id_token).expect("a header");
    let key = keys.find(&header.kid.expect("a key id")).expect("a published key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[org.client_id()]);
    validation.set_issuer(&[org.issuer().as_str()]);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    // The org's clock may have been moved; what is tested here is not the time.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).expect("a usable key");
    let claims = decode::<Value>(id_token, &key, &validation).expect("a good token").claims;
    assert!(claims["iat"].as_i64() <= Some(org.now().0) && claims["exp"].as_i64() > Some(org.now().0));
    claims
}

/// When the person last proved who they are.
fn auth_time(tokens: &Value) -> i64 {
    parts(text(tokens, "id_token")).1["auth_time"].as_i64().expect("a time")
}

/// What `/userinfo` tells the bearer.
async fn userinfo(org: &RunningOrg, tokens: &Value) -> Answer {
    let request = http().get(format!("{}/v1/userinfo", org.issuer()));
    Answer::to(request.bearer_auth(text(tokens, "access_token"))).await
}

/// The names of the claims that `/userinfo` tells with this scope, without `sub`, which must be the ID token's.
async fn claims_of(org: &RunningOrg, scope: &str) -> Vec<String> {
    let tokens = tokens(org, &Browser::new(org), &[("scope", Some(scope))]).await;
    let claims = userinfo(org, &tokens).await.json();
    assert_eq!(claims["sub"], id_claims(org, &tokens).await["sub"]);
    let names = claims.as_object().expect("an object").keys().filter(|name| *name != "sub");
    names.cloned().collect()
}
