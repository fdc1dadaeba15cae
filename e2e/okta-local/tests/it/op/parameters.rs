//! Parameters that a provider need not act on and must not stumble over, and request objects.

use serde_json::Value;

use super::{Change, id_claims, tokens, userinfo};
use crate::browser::{ALICE, Browser, CALLBACK, PASSWORD, authorize_query, org, still_org};

#[track_caller]
fn is_complete(claims: &Value) {
    assert!(claims["sub"].as_str().is_some_and(|sub| sub.starts_with("00u")), "{claims}");
}

/// A sign-in with one parameter more.
async fn succeeds_with(change: Change<'_>) {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[change]).await;
    is_complete(&id_claims(org, &tokens).await);
}

// oidcc-ensure-request-with-unknown-parameter-succeeds
#[tokio::test]
async fn ensure_request_with_unknown_parameter_succeeds() {
    succeeds_with(("extra", Some("foobar"))).await;
}

// oidcc-ui-locales
#[tokio::test]
async fn ui_locales() {
    succeeds_with(("ui_locales", Some("se"))).await;
}

// oidcc-claims-locales
#[tokio::test]
async fn claims_locales() {
    succeeds_with(("claims_locales", Some("se"))).await;
}

// oidcc-ensure-request-with-acr-values-succeeds
#[tokio::test]
async fn ensure_request_with_acr_values_succeeds() {
    succeeds_with(("acr_values", Some("1 2"))).await;
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[("acr_values", Some("urn:okta:loa:1fa:any"))]).await;
    assert_eq!(id_claims(org, &tokens).await["acr"], "urn:okta:loa:1fa:any");
}

// oidcc-claims-essential
#[tokio::test]
async fn claims_essential() {
    let org = still_org().await;
    let claims = ("claims", Some(r#"{"userinfo":{"name":{"essential":true}}}"#));
    let tokens = tokens(org, &Browser::new(org), &[claims]).await;
    assert_eq!(userinfo(org, &tokens).await.json()["name"], "Alice Shopper", "the scope brings it");
}

/// The parameters once by a query and once by a form.
// oidcc-ensure-post-request-succeeds
#[tokio::test]
async fn ensure_post_request_succeeds() {
    let org = org().await;
    let browser = Browser::new(&org);
    let query = authorize_query(&org, &[]);
    let form = okta_types::parse_query(&query);
    let form = form.iter().fold(okta_types::Form::new(), |form, (name, value)| form.with(name, value));
    let page = browser.post(&format!("{}/v1/authorize", org.issuer()), &form).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(answer.returned("state").as_deref(), Some("the state"));
    let tokens = crate::browser::redeem(&org, &answer.code(), &[]).await.json();
    is_complete(&id_claims(&org, &tokens).await);
}

// An unsigned object: {"alg":"none"} . {}
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.e30.";

/// Rejected as not supported: by a redirect that says so, without a code.
async fn is_rejected(change: Change<'_>) {
    let answer = Browser::new(still_org().await).authorize(&[change]).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}?")), "{answer:?}");
    let error = answer.returned("error").expect("an error");
    let accepted =
        ["invalid_request", "request_not_supported", "request_uri_not_supported", "invalid_request_object"];
    assert!(accepted.contains(&error.as_str()), "{error}");
    assert_eq!((answer.returned("state").as_deref(), answer.returned("code")), (Some("the state"), None));
}

// oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
#[tokio::test]
async fn request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    is_rejected(("request_uri", Some("http://localhost:8080/object.jwt"))).await;
}

// oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
#[tokio::test]
async fn unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    is_rejected(("request", Some(UNSIGNED))).await;
}

// oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn ensure_request_object_with_redirect_uri() {
    // {"alg":"none"} . {"redirect_uri":"http://evil.example"}
    let hostile = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwOi8vZXZpbC5leGFtcGxlIn0.";
    is_rejected(("request", Some(hostile))).await;
}
