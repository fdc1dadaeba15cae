//! `/userinfo`, and which scopes bring which claims (OpenID Connect Core §5.3, §5.4).

use okta_types::Form;

use super::{claims_of, id_claims, tokens, userinfo};
use crate::browser::{Answer, Browser, http, still_org, text};

const PROFILE: [&str; 7] =
    ["name", "preferred_username", "given_name", "family_name", "zoneinfo", "locale", "updated_at"];

// oidcc-userinfo-get
#[tokio::test]
async fn userinfo_get() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[]).await;
    let answer = userinfo(org, &tokens).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.json()["sub"], id_claims(org, &tokens).await["sub"]);
}

// oidcc-userinfo-post-header
#[tokio::test]
async fn userinfo_post_header() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[]).await;
    let request = http().post(format!("{}/v1/userinfo", org.issuer()));
    let answer = Answer::to(request.bearer_auth(text(&tokens, "access_token"))).await;
    assert_eq!(answer.json()["sub"], id_claims(org, &tokens).await["sub"]);
}

// oidcc-userinfo-post-body
#[tokio::test]
async fn userinfo_post_body() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[]).await;
    let form = Form::new().with("access_token", text(&tokens, "access_token"));
    let request = http().post(format!("{}/v1/userinfo", org.issuer()));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let answer = Answer::to(request.body(form.as_str().to_owned())).await;
    // The module is skipped where a provider does not take tokens in bodies (RFC 6750 §2.2 lets it choose).
    match answer.status.as_u16() {
        200 => assert_eq!(answer.json()["sub"], id_claims(org, &tokens).await["sub"]),
        status => assert_eq!((status, answer.body.as_str()), (401, "")),
    }
    let in_query = http().get(format!("{}/v1/userinfo?{}", org.issuer(), form.as_str()));
    assert!(Answer::to(in_query).await.status.is_client_error(), "never in an address");
}

// oidcc-scope-profile
#[tokio::test]
async fn scope_profile() {
    assert_eq!(claims_of(still_org().await, "openid profile").await, PROFILE);
}

// oidcc-scope-email
#[tokio::test]
async fn scope_email() {
    assert_eq!(claims_of(still_org().await, "openid email").await, ["email", "email_verified"]);
}

// oidcc-scope-address
#[tokio::test]
async fn scope_address() {
    assert_eq!(claims_of(still_org().await, "openid address").await, ["address"]);
}

// oidcc-scope-phone
#[tokio::test]
async fn scope_phone() {
    assert_eq!(claims_of(still_org().await, "openid phone").await, ["phone_number"]);
}

// oidcc-scope-all
#[tokio::test]
async fn scope_all() {
    let all = [&PROFILE[..], &["email", "email_verified", "address", "phone_number"]].concat();
    assert_eq!(claims_of(still_org().await, "openid profile email address phone").await, all);
}

// oidcc-ensure-other-scope-order-succeeds
#[tokio::test]
async fn ensure_other_scope_order_succeeds() {
    assert_eq!(claims_of(still_org().await, "email openid").await, ["email", "email_verified"]);
}
