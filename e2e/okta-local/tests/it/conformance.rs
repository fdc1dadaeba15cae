//! The OpenID Foundation's cases for providers (basic, config and RP-initiated logout plans), re-created.
//!
//! Named after the modules of those plans; what other files of these tests cover already is not repeated.

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use serde_json::Value;

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, HOME, authorize_query, http, org, parts, redeem, text, tokens,
};

async fn userinfo(request: reqwest::RequestBuilder) -> Answer {
    Answer::to(request).await
}

fn auth_time(tokens: &Value) -> i64 {
    parts(text(tokens, "id_token")).1["auth_time"].as_i64().expect("a time")
}

async fn tokens_for(org: &RunningOrg, answer: &Answer) -> Value {
    redeem(org, &answer.code(), &[]).await.json()
}

#[tokio::test]
async fn response_type_missing() {
    let org = org().await;
    let answer = Browser::new(&org).authorize(&[("response_type", None)]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("unsupported_response_type"));
    assert_eq!(answer.returned("state").as_deref(), Some("the state"));
}

#[tokio::test]
async fn userinfo_get_and_post_with_the_header_and_not_with_the_body_or_the_query() {
    let org = org().await;
    let token = text(&tokens(&org).await, "access_token").to_owned();
    let url = format!("{}/v1/userinfo", org.issuer());
    assert_eq!(userinfo(http().get(&url).bearer_auth(&token)).await.status, 200);
    assert_eq!(userinfo(http().post(&url).bearer_auth(&token)).await.status, 200);
    let form = Form::new().with("access_token", &token);
    let by_body = http().post(&url).header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(userinfo(by_body.body(form.as_str().to_owned())).await.status, 401);
    assert_eq!(userinfo(http().get(format!("{url}?{}", form.as_str()))).await.status, 401);
}

#[tokio::test]
async fn ensure_request_without_nonce_succeeds() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[("nonce", None)]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    assert!(parts(text(&tokens, "id_token")).1.get("nonce").is_none());
}

#[tokio::test]
async fn each_scope_brings_its_claims_and_no_others() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let cases: [(&str, &[&str]); 5] = [
        ("openid", &["sub"]),
        ("openid email", &["email", "email_verified", "sub"]),
        ("openid address", &["sub"]),
        ("openid phone", &["sub"]),
        (
            "openid profile",
            &[
                "family_name",
                "given_name",
                "locale",
                "name",
                "preferred_username",
                "sub",
                "updated_at",
                "zoneinfo",
            ],
        ),
    ];
    for (scope, expected) in cases {
        let tokens = tokens_for(&org, &browser.authorize(&[("scope", Some(scope))]).await).await;
        let request = http().get(format!("{}/v1/userinfo", org.issuer()));
        let claims = userinfo(request.bearer_auth(text(&tokens, "access_token"))).await.json();
        let mut names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{scope}");
        assert_eq!(claims["sub"], parts(text(&tokens, "id_token")).1["sub"]);
    }
}

#[tokio::test]
async fn parameters_that_change_nothing_are_accepted() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    for (name, value) in [
        ("display", "page"),
        ("display", "popup"),
        ("ui_locales", "se"),
        ("claims_locales", "se"),
        ("extra", "foobar"),
        ("id_token_hint", text(&first, "id_token")),
        ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#),
    ] {
        let answer = browser.authorize(&[(name, Some(value)), ("prompt", Some("none"))]).await;
        assert!(answer.location().starts_with(&format!("{CALLBACK}?code=")), "{name}={value}: {answer:?}");
    }
}

#[tokio::test]
async fn prompt_login_renews_the_time_and_prompt_none_keeps_it() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    org.advance_clock(Duration::from_secs(5));
    let silent = tokens_for(&org, &browser.authorize(&[("prompt", Some("none"))]).await).await;
    assert_eq!(auth_time(&first), auth_time(&silent));
    let page = browser.authorize(&[("prompt", Some("login"))]).await;
    let again = tokens_for(&org, &browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await).await;
    assert!(auth_time(&again) >= auth_time(&first) + 5);
    assert_eq!(parts(text(&again, "id_token")).1["sub"], parts(text(&first, "id_token")).1["sub"]);
}

#[tokio::test]
async fn max_age_1_asks_again_and_max_age_10000_does_not() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = redeem(&org, &browser.code_for(ALICE, &[("max_age", Some("15000"))]).await, &[]).await.json();
    org.advance_clock(Duration::from_secs(2));
    assert!(browser.authorize(&[("max_age", Some("1"))]).await.is_sign_in_page());
    let silent = browser.authorize(&[("max_age", Some("10000")), ("prompt", Some("none"))]).await;
    assert_eq!(auth_time(&tokens_for(&org, &silent).await), auth_time(&first));
}

#[tokio::test]
async fn codereuse_after_30_seconds_revokes_what_the_code_got() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    org.advance_clock(Duration::from_secs(30));
    assert_eq!(redeem(&org, &code, &[]).await.error().0, "invalid_grant");
    let request = http().get(format!("{}/v1/userinfo", org.issuer()));
    assert_eq!(userinfo(request.bearer_auth(text(&tokens, "access_token"))).await.status, 401);
}

#[tokio::test]
async fn ensure_registered_redirect_uri() {
    let org = org().await;
    let browser = Browser::new(&org);
    for uri in [
        "http://localhost:8080/login/callback/",
        "http://localhost:8080/login/callback?x=1",
        "http://localhost:8080/login/callback#x",
        "http://localhost:8080/login/Callback",
        "http://localhost:8080/login/../login/callback",
        "http://localhost:8081/login/callback",
        "http://127.0.0.1:8080/login/callback",
        "https://localhost:8080/login/callback",
        "http://localhost:8080@evil.example/login/callback",
        "javascript:alert(1)",
    ] {
        let answer = browser.authorize(&[("redirect_uri", Some(uri))]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None), "{uri}");
        assert!(answer.body.contains("must be a Login redirect URI in the client app settings"));
    }
}

#[tokio::test]
async fn request_objects_are_rejected() {
    let org = org().await;
    let browser = Browser::new(&org);
    for name in ["request", "request_uri"] {
        let answer = browser.authorize(&[(name, Some("eyJhbGciOiJub25lIn0.e30."))]).await;
        assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"), "{name}");
    }
}

#[tokio::test]
async fn a_get_of_the_token_endpoint_issues_nothing() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let query = authorize_query(&org, &[("grant_type", Some("authorization_code")), ("code", Some(&code))]);
    let answer = Answer::to(http().get(format!("{}/v1/token?{query}", org.issuer()))).await;
    assert_eq!(answer.status, 405);
    assert_eq!(redeem(&org, &code, &[]).await.status, 200, "and uses nothing up");
}

/// What `/logout` does with these parameters for a browser that is signed in.
async fn logout(change: &[(&str, Option<&str>)]) -> (Answer, bool) {
    let org = org().await;
    let browser = Browser::new(&org);
    let tokens = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    let usual =
        [("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", HOME), ("state", "s")];
    let form = crate::browser::changed(&usual, change);
    let answer = browser.get(&format!("{}/v1/logout?{}", org.issuer(), form.as_str())).await;
    (answer, browser.authorize(&[]).await.is_sign_in_page())
}

#[tokio::test]
async fn rp_initiated_logout_with_a_good_hint() {
    let (answer, signed_out) = logout(&[]).await;
    assert_eq!(answer.location(), format!("{HOME}?state=s"));
    assert!(signed_out);
    let (answer, signed_out) = logout(&[("state", None)]).await;
    assert_eq!((answer.location(), signed_out), (HOME, true));
    let (answer, signed_out) = logout(&[("post_logout_redirect_uri", None), ("state", None)]).await;
    assert!(answer.location().ends_with("/login/signed-out") && signed_out);
}

#[tokio::test]
async fn rp_initiated_logout_with_a_hint_that_is_not_good_ends_nothing() {
    let forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMHUxIn0.";
    for change in [
        ("id_token_hint", Some("not a token")),
        ("id_token_hint", Some(forged)),
        ("id_token_hint", None),
        ("post_logout_redirect_uri", Some("http://localhost:8080/bad")),
        ("post_logout_redirect_uri", Some("http://localhost:8080?foo=bar")),
    ] {
        let (answer, signed_out) = logout(&[change]).await;
        assert!(answer.status.is_client_error() && answer.header("location").is_none(), "{change:?}");
        assert!(!signed_out, "{change:?}");
    }
    let all = [("id_token_hint", None), ("post_logout_redirect_uri", None)];
    let (only_state, signed_out) = logout(&all).await;
    assert!(only_state.status.is_client_error() && !signed_out);
}
