//! Codes and the addresses they go to.

use std::time::Duration;

use okta_local::RunningOrg;

use super::{tokens, userinfo};
use crate::browser::{
    ALICE, Answer, Browser, authorize_query, http, introspect, org, redeem, still_org, text,
};

/// A second use is refused, and what the first one got is dead.
async fn reuse(org: &RunningOrg, after: Duration) {
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    let first = redeem(org, &code, &[]).await.json();
    assert_eq!(userinfo(org, &first).await.status, 200);
    org.advance_clock(after);
    let again = redeem(org, &code, &[]).await;
    assert_eq!((again.status.as_u16(), again.error().0.as_str()), (400, "invalid_grant"));
    assert_eq!(userinfo(org, &first).await.status, 401);
    assert_eq!(introspect(org, text(&first, "refresh_token")).await["active"], false);
}

// oidcc-codereuse
#[tokio::test]
async fn codereuse() {
    reuse(&org().await, Duration::ZERO).await;
}

// oidcc-codereuse-30seconds
#[tokio::test]
async fn codereuse_30seconds() {
    reuse(&org().await, Duration::from_secs(30)).await;
}

// oidcc-ensure-registered-redirect-uri
#[tokio::test]
async fn ensure_registered_redirect_uri() {
    let org = still_org().await;
    let browser = Browser::new(org);
    tokens(org, &browser, &[]).await;
    for uri in [
        "http://localhost:8080/login/callback/",
        "http://localhost:8080/login/callback?x=1",
        "http://localhost:8080/login/callback#x",
        "http://localhost:8080/login/Callback",
        "http://localhost:8080/login/../login/callback",
        "http://localhost:8080/login/callback%2f",
        "http://localhost:8081/login/callback",
        "http://127.0.0.1:8080/login/callback",
        "https://localhost:8080/login/callback",
        "http://localhost:8080@evil.example/login/callback",
        "http://localhost:8080.evil.example/login/callback",
        "javascript:alert(1)",
    ] {
        let answer = browser.authorize(&[("redirect_uri", Some(uri))]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None), "{uri}");
        assert!(answer.body.contains("must be a Login redirect URI in the client app settings"));
    }
}

// RFC 6749 §3.2: the token endpoint is posted to.
#[tokio::test]
async fn a_get_of_the_token_endpoint_issues_nothing() {
    let org = still_org().await;
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    let query = authorize_query(org, &[("grant_type", Some("authorization_code")), ("code", Some(&code))]);
    let answer = Answer::to(http().get(format!("{}/v1/token?{query}", org.issuer()))).await;
    assert_eq!(answer.status, 405);
    assert_eq!(redeem(org, &code, &[]).await.status, 200, "and uses nothing up");
}
