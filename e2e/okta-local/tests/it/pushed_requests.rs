//! Pushed authorization requests (RFC 9126).

use std::time::Duration;

use okta_local::{Endpoint, Fault, RunningOrg};
use okta_types::{Form, parse_query};
use reqwest::Method;
use serde_json::json;

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, ORIGIN, PASSWORD, authorize_query, builder, http, org, post, redeem,
    text,
};

type Change<'a> = [(&'a str, Option<&'a str>)];

/// Pushes the usual request, parts of it changed.
async fn push(org: &RunningOrg, change: &Change<'_>) -> Answer {
    push_from(org, change, &[]).await
}

async fn push_from(org: &RunningOrg, change: &Change<'_>, headers: &[(&str, &str)]) -> Answer {
    let pairs = parse_query(&authorize_query(org, change));
    let form = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
    post(org, "par", &form, headers).await
}

async fn pushed(org: &RunningOrg, change: &Change<'_>) -> String {
    let answer = push(org, change).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    text(&answer.json(), "request_uri").to_owned()
}

/// The browser comes with the name of a request.
async fn come(org: &RunningOrg, browser: &Browser<'_>, uri: &str, beside: &[(&str, &str)]) -> Answer {
    let form = Form::new().with("client_id", org.client_id()).with("request_uri", uri);
    let form = beside.iter().fold(form, |form, (name, value)| form.with(name, value));
    browser.get(&format!("{}/v1/authorize?{}", org.issuer(), form.as_str())).await
}

#[track_caller]
fn check(answer: &Answer, status: u16, error: &str, description: &str) {
    let expected = (status, (error.to_owned(), description.to_owned()));
    assert_eq!((answer.status.as_u16(), answer.error()), expected);
}

#[tokio::test]
async fn what_was_pushed_is_what_the_browser_asks_for() {
    let org = org().await;
    let answer = push(&org, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, Some("no-cache, no-store")));
    let body = answer.json();
    assert!(text(&body, "request_uri").starts_with("urn:okta:"), "{body}");
    assert_eq!((body["expires_in"].as_i64(), body.as_object().unwrap().len()), (Some(3600), 2));
    let browser = Browser::new(&org);
    let page = come(&org, &browser, text(&body, "request_uri"), &[]).await;
    let back = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(back.returned("state").as_deref(), Some("the state"));
    let tokens = redeem(&org, &back.code(), &[]).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert_eq!(org.requests(Endpoint::Par), 1);
}

#[tokio::test]
async fn what_stands_beside_a_pushed_request_counts_for_nothing() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let uri = pushed(&org, &[("prompt", Some("login"))]).await;
    let beside = [("prompt", "none"), ("redirect_uri", "https://evil.test/"), ("state", "another")];
    let page = come(&org, &browser, &uri, &beside).await;
    let back = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert!(back.location().starts_with(&format!("{CALLBACK}?")) && back.code().len() > 20);
    assert_eq!(back.returned("state").as_deref(), Some("the state"));
}

#[tokio::test]
async fn a_name_is_good_for_reloads_and_wrong_passwords_and_for_one_code() {
    let org = org().await;
    let browser = Browser::new(&org);
    let uri = pushed(&org, &[]).await;
    let first = come(&org, &browser, &uri, &[]).await;
    let again = come(&org, &browser, &uri, &[]).await;
    let wrong = browser.sign_in(&again, ALICE, "wrong").await;
    assert!(wrong.location().contains("request_uri=") && !wrong.location().contains("scope="), "{wrong:?}");
    let page = browser.get(wrong.location()).await;
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
    // The page that was left open in another tab.
    let late = browser.sign_in(&first, ALICE, PASSWORD).await;
    assert_eq!(late.returned("error").as_deref(), Some("invalid_request"));
    let used = come(&org, &browser, &uri, &[]).await;
    assert!(used.status == 400 && used.body.contains("Invalid request"), "{used:?}");
}

#[tokio::test]
async fn a_name_is_for_its_app_and_server_and_for_an_hour() {
    let org = org().await;
    let browser = Browser::new(&org);
    let uri = pushed(&org, &[]).await;
    let other = org.client_id_of("Other").unwrap();
    let query = Form::new().with("client_id", &other).with("request_uri", &uri);
    let stolen = browser.get(&format!("{}/v1/authorize?{}", org.issuer(), query.as_str())).await;
    let words = "does not match the expected value for the provided request_uri";
    assert!(stolen.status == 400 && stolen.body.contains(words), "{stolen:?}");
    let query = Form::new().with("client_id", org.client_id()).with("request_uri", &uri);
    let elsewhere = browser.get(&format!("{}/oauth2/v1/authorize?{}", org.base_url(), query.as_str())).await;
    assert_eq!(elsewhere.status, 400);
    let twice = come(&org, &browser, &uri, &[("request_uri", &uri)]).await;
    assert_eq!(twice.status, 400);
    assert!(come(&org, &browser, &uri, &[]).await.is_sign_in_page());
    org.advance_clock(Duration::from_secs(3600));
    assert_eq!(come(&org, &browser, &uri, &[]).await.status, 400);
}

#[tokio::test]
async fn a_pushed_request_is_checked_like_any_other() {
    let org = org().await;
    for (name, value, status, error, description) in [
        (
            "redirect_uri",
            Some("https://evil.test/"),
            400,
            "invalid_request",
            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
        ),
        (
            "state",
            None,
            400,
            "invalid_request",
            "The authentication request has an invalid 'state' parameter.",
        ),
        ("scope", Some(" "), 400, "invalid_scope", "No scopes were requested."),
        (
            "scope",
            Some("openid nope"),
            400,
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            "code_challenge",
            None,
            400,
            "invalid_request",
            "PKCE code challenge is required by the application.",
        ),
        ("request", Some("eyJ"), 400, "invalid_request", "Invalid request"),
        ("id_token_hint", Some("eyJ"), 400, "invalid_request", "Invalid request"),
        (
            "request_uri",
            Some("urn:x"),
            400,
            "invalid_request",
            "The 'request_uri' parameter must not be present in the request.",
        ),
        ("client_id", Some("0oaNobody"), 401, "invalid_client", "Invalid value for 'client_id' parameter."),
        ("client_id", None, 401, "invalid_client", "No client credentials found."),
        (
            "client_secret",
            Some("secret"),
            401,
            "invalid_client",
            "Client authentication failed. Either the client or the client credentials are invalid.",
        ),
    ] {
        check(&push(&org, &[(name, value)]).await, status, error, description);
    }
    let twice = format!("{}&scope=openid", authorize_query(&org, &[]));
    let request = http().post(format!("{}/v1/par", org.issuer()));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(twice);
    assert_eq!(Answer::to(request).await.error().0, "invalid_request");
    let json = http().post(format!("{}/v1/par", org.issuer())).json(&json!({}));
    assert_eq!(Answer::to(json).await.json()["errorCode"], "E0000021");
    let service = org.service_client();
    let service = [
        ("client_id", Some(service.client_id.as_str())),
        ("client_secret", Some(service.client_secret.expose())),
    ];
    let refused = push(&org, &service).await;
    assert!(refused.error().1.contains("'authorize' endpoint"), "{refused:?}");
    assert_eq!(org.records().pushed_requests, 0);
}

#[tokio::test]
async fn an_org_that_requires_it_says_so_and_takes_nothing_else() {
    let org = builder().require_pushed_authorization_requests(true).start().await.unwrap();
    let browser = Browser::new(&org);
    let metadata = browser.get(&org.issuer().discovery_url()).await.json();
    assert_eq!(metadata["require_pushed_authorization_requests"], true);
    let refused = browser.authorize(&[]).await;
    assert_eq!(refused.returned("error").as_deref(), Some("invalid_request"));
    assert_eq!(refused.returned("state").as_deref(), Some("the state"));
    let uri = pushed(&org, &[]).await;
    assert!(come(&org, &browser, &uri, &[]).await.is_sign_in_page());
    org.require_pushed_authorization_requests(false);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
    let metadata = browser.get(&org.issuer().discovery_url()).await.json();
    assert_eq!(metadata.get("require_pushed_authorization_requests"), None);
}

#[tokio::test]
async fn pages_of_the_app_may_push_and_read_why_not() {
    const ALLOWED: &str = "access-control-allow-origin";
    let org = org().await;
    let preflight = http()
        .request(Method::OPTIONS, format!("{}/v1/par", org.issuer()))
        .header("Origin", ORIGIN)
        .header("Access-Control-Request-Method", "POST");
    let preflight = Answer::to(preflight).await;
    assert_eq!((preflight.status.as_u16(), preflight.header(ALLOWED)), (204, Some(ORIGIN)));
    let own = push_from(&org, &[], &[("Origin", ORIGIN)]).await;
    assert_eq!((own.status.as_u16(), own.header(ALLOWED)), (201, Some(ORIGIN)));
    let refused = push_from(&org, &[("state", None)], &[("Origin", ORIGIN)]).await;
    assert_eq!((refused.status.as_u16(), refused.header(ALLOWED)), (400, Some(ORIGIN)));
    for origin in ["http://localhost:9999", "http://evil.test", "null"] {
        let strange = push_from(&org, &[], &[("Origin", origin)]).await;
        assert_eq!((strange.status.as_u16(), strange.header(ALLOWED)), (400, None), "{origin}");
    }
}

#[tokio::test]
async fn a_push_can_fail_is_limited_and_stands_in_the_log() {
    let org = org().await;
    org.inject(Endpoint::Par, Fault::Fail(503), 1);
    assert_eq!(push(&org, &[]).await.status, 503);
    push(&org, &[]).await;
    push(&org, &[("scope", Some("openid nope"))]).await;
    let log = org.system_log();
    let told: Vec<_> = log.iter().map(|event| (event.event_type, format!("{:?}", event.outcome))).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], ("app.oauth2.as.authorize", "Success".to_owned()));
    assert!(told[1].1.contains("no_matching_scope"), "{told:?}");
    assert_eq!(log[0].client_id.as_deref(), Some(org.client_id()));
    org.set_rate_limit(Endpoint::Par, 1);
    push(&org, &[]).await;
    assert_eq!(push(&org, &[]).await.status, 429);
}
