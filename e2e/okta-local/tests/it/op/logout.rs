//! The plan for sign-out begun by the app (OpenID Connect RP-Initiated Logout 1.0).

use crate::browser::{ALICE, Answer, Browser, HOME, changed, http, redeem, still_org, text};

type Change<'a> = (&'a str, Option<&'a str>);

/// What the end-session endpoint answers a browser that is signed in, and whether it still is afterwards.
async fn logout(change: &[Change<'_>]) -> (Answer, bool) {
    let org = still_org().await;
    let browser = Browser::new(org);
    let tokens = redeem(org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    let id_token = text(&tokens, "id_token");
    let (signed, _) = id_token.rsplit_once('.').expect("three parts");
    let modified = format!("{signed}.{}", "A".repeat(342));
    let change: Vec<_> = change
        .iter()
        .map(|(n, v)| (*n, if *v == Some("modified") { Some(modified.as_str()) } else { *v }))
        .collect();
    let usual = [("id_token_hint", id_token), ("post_logout_redirect_uri", HOME), ("state", "s t")];
    let form = changed(&usual, &change);
    let answer = browser.get(&format!("{}/v1/logout?{}", org.issuer(), form.as_str())).await;
    (answer, browser.authorize(&[("prompt", Some("none"))]).await.returned("code").is_some())
}

/// Refused on a page, nobody is sent anywhere, and nobody is signed out (§3, §6).
#[track_caller]
fn refused((answer, signed_in): (Answer, bool)) {
    assert!(answer.status.is_client_error() && answer.header("location").is_none(), "{answer:?}");
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(signed_in, "nothing has ended");
}

// oidcc-rp-initiated-logout
#[tokio::test]
async fn rp_initiated_logout() {
    let (answer, signed_in) = logout(&[]).await;
    assert_eq!(answer.location(), format!("{HOME}?state=s+t"));
    assert!(!signed_in);
}

// oidcc-rp-initiated-logout-bad-id-token-hint
#[tokio::test]
async fn rp_initiated_logout_bad_id_token_hint() {
    refused(logout(&[("id_token_hint", Some("not a token"))]).await);
    refused(logout(&[("id_token_hint", Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMHUxIn0."))]).await);
}

// oidcc-rp-initiated-logout-modified-id-token-hint
#[tokio::test]
async fn rp_initiated_logout_modified_id_token_hint() {
    refused(logout(&[("id_token_hint", Some("modified"))]).await);
}

// oidcc-rp-initiated-logout-no-id-token-hint
#[tokio::test]
async fn rp_initiated_logout_no_id_token_hint() {
    refused(logout(&[("id_token_hint", None)]).await);
}

// oidcc-rp-initiated-logout-bad-post-logout-redirect-uri
#[tokio::test]
async fn rp_initiated_logout_bad_post_logout_redirect_uri() {
    refused(logout(&[("post_logout_redirect_uri", Some("http://localhost:8080/bad"))]).await);
}

// oidcc-rp-initiated-logout-no-post-logout-redirect-uri
#[tokio::test]
async fn rp_initiated_logout_no_post_logout_redirect_uri() {
    let (answer, signed_in) = logout(&[("post_logout_redirect_uri", None)]).await;
    assert!(!signed_in);
    let page = Answer::to(http().get(answer.location())).await;
    assert_eq!(page.status, 200, "a page of the org says so");
}

// oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
#[tokio::test]
async fn rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    refused(logout(&[("post_logout_redirect_uri", Some("http://localhost:8080?foo=bar"))]).await);
}

// oidcc-rp-initiated-logout-no-params
#[tokio::test]
async fn rp_initiated_logout_no_params() {
    refused(logout(&[("id_token_hint", None), ("post_logout_redirect_uri", None), ("state", None)]).await);
}

// oidcc-rp-initiated-logout-no-state
#[tokio::test]
async fn rp_initiated_logout_no_state() {
    let (answer, signed_in) = logout(&[("state", None)]).await;
    assert_eq!((answer.location(), signed_in), (HOME, false));
}

// oidcc-rp-initiated-logout-only-state
#[tokio::test]
async fn rp_initiated_logout_only_state() {
    refused(logout(&[("id_token_hint", None), ("post_logout_redirect_uri", None)]).await);
}

// oidcc-rp-initiated-logout-discovery-endpoint-verification
#[tokio::test]
async fn rp_initiated_logout_discovery_endpoint_verification() {
    let org = still_org().await;
    let metadata = Answer::to(http().get(org.issuer().discovery_url())).await.json();
    assert_eq!(text(&metadata, "end_session_endpoint"), format!("{}/v1/logout", org.issuer()));
}
