//! Facts of Okta's protocol that no other file of these tests states, a row each.

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use serde_json::json;

use crate::browser::{
    ALICE, Answer, Browser, ORIGIN, authorize_query, introspect, org, parts, post, redeem, refresh, text,
    tokens,
};

type Change<'a> = (&'a str, Option<&'a str>);

#[track_caller]
fn check(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.error(), (error.to_owned(), description.to_owned()));
}

/// Everything is wrong at first; each line puts one thing right, and the next mistake comes to light.
#[tokio::test]
async fn the_token_endpoint_checks_in_oktas_order() {
    let org = org().await;
    let bad = "http://evil.example";
    let ask = async |pairs: &[(&str, &str)], origin: &str| {
        let form = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        post(&org, "token", &form, &[("Origin", origin)]).await
    };
    let twice = [("client_id", "nobody"), ("client_id", "nobody"), ("grant_type", "magic"), ("code", "x")];
    let description = "The request contained multiple parameters with the same name.";
    check(&ask(&twice, bad).await, 400, "invalid_request", description);
    let description = "Invalid value for 'client_id' parameter.";
    check(&ask(&twice[1..], bad).await, 401, "invalid_client", description);
    let ours = ("client_id", org.client_id());
    let description = "The authorization grant type is not supported by the authorization server. Configured grant \
        types: [authorization_code, refresh_token].";
    check(&ask(&[ours, ("grant_type", "magic")], bad).await, 400, "unsupported_grant_type", description);
    let grant = ("grant_type", "authorization_code");
    let description =
        "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.";
    check(&ask(&[ours, grant], bad).await, 400, "invalid_request", description);
    let description = "The required parameter 'code' is missing.";
    check(&ask(&[ours, grant], ORIGIN).await, 400, "invalid_request", description);
}

#[tokio::test]
async fn a_code_is_checked_in_oktas_order() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let other = org.client_id_of("Other").unwrap();
    let verifier = "a".repeat(43);
    let wrong: [Change<'_>; 3] = [
        ("client_id", Some(&other)),
        ("redirect_uri", Some("http://localhost:9999/cb")),
        ("code_verifier", Some(&verifier)),
    ];
    let descriptions = [
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the \
         authorize request.",
        "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
        "PKCE verification failed.",
    ];
    let codes = [(); 5].map(|()| browser.authorize(&[]));
    let mut fresh = Vec::new();
    for code in codes {
        fresh.push(code.await.code());
    }
    org.unassign(ALICE);
    for (i, description) in descriptions.into_iter().enumerate() {
        check(&redeem(&org, &fresh[i], &wrong[i..]).await, 400, "invalid_grant", description);
    }
    let description = "User is not assigned to the client application.";
    check(&redeem(&org, &fresh[3], &[]).await, 400, "access_denied", description);
    org.assign(ALICE);
    org.remove_policies();
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
    check(&redeem(&org, &fresh[4], &[]).await, 401, "access_denied", description);
}

#[tokio::test]
async fn renewed_tokens_keep_class_and_time_of_the_sign_in() {
    let org = org().await;
    let asked = [("acr_values", Some("urn:okta:loa:1fa:pwd"))];
    let first = redeem(&org, &Browser::new(&org).code_for(ALICE, &asked).await, &[]).await.json();
    org.advance_clock(Duration::from_secs(5000));
    let next = refresh(&org, text(&first, "refresh_token"), &[]).await.json();
    for token in ["access_token", "id_token"] {
        let (before, after) = (parts(text(&first, token)).1, parts(text(&next, token)).1);
        assert_eq!(before["acr"], "urn:okta:loa:1fa:pwd", "{token}");
        for claim in ["acr", "auth_time", "sub", "iss", "aud"] {
            assert_eq!(before[claim], after[claim], "{token} {claim}");
        }
        assert!(after["iat"].as_i64() >= before["iat"].as_i64().map(|iat| iat + 5000));
    }
}

#[tokio::test]
async fn a_refresh_token_is_introspected_without_audience_issuer_or_time_of_issue() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let told = introspect(&org, text(&tokens, "refresh_token")).await;
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!(ALICE)));
    assert!(["aud", "iss", "iat", "jti"].iter().all(|name| told.get(name).is_none()), "{told}");
    let id_token = introspect(&org, text(&tokens, "id_token")).await;
    assert_eq!(id_token, json!({"active": false}), "an ID token opens nothing");
}

async fn end_session(org: &RunningOrg, browser: &Browser<'_>, hint: &str) -> Answer {
    let form = Form::new().with("id_token_hint", hint);
    browser.post(&format!("{}/v1/logout", org.issuer()), &form).await
}

#[tokio::test]
async fn a_sign_out_of_somebody_else_ends_nothing() {
    let org = org().await;
    let bob = redeem(&org, &Browser::new(&org).code_for("bob@example.com", &[]).await, &[]).await.json();
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let answer = end_session(&org, &browser, text(&bob, "id_token")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None));
    assert!(answer.body.contains("does not match the current session"), "{answer:?}");
    browser.authorize(&[("prompt", Some("none"))]).await.code();
}

#[tokio::test]
async fn events_of_the_orgs_own_server_have_names_of_their_own() {
    let org = org().await;
    let query = authorize_query(&org, &[]);
    let browser = Browser::new(&org);
    let page = browser.get(&format!("{}/oauth2/v1/authorize?{query}", org.base_url())).await;
    browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await.code();
    browser.authorize(&[]).await.code();
    let log = org.system_log();
    let types: Vec<_> = log.iter().map(|event| event.event_type).collect();
    assert_eq!(types, ["user.session.start", "app.oauth2.authorize.code", "app.oauth2.as.authorize.code"]);
}
