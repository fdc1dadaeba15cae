//! Rate limits, policies and trusted origins (okta 4.8).

use std::time::Duration;

use okta_local::{App, Endpoint, RunningOrg, Seeds};
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::{head, refused, refused_by_api, sent_back};
use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, ORIGIN, PASSWORD, builder, http, introspect, org, redeem, refresh,
    text, tokens,
};

const TOO_MANY: &str = "You exceeded the maximum number of requests. Try again in a while.";

#[tokio::test]
async fn a_limit_is_told_with_each_answer_and_ends_with_429() {
    let org = org().await;
    org.set_rate_limit(Endpoint::Token, 2);
    for remaining in ["1", "0"] {
        let answer = refresh(&org, "x", &[]).await;
        head(&answer, 400, &[("x-rate-limit-limit", "2"), ("x-rate-limit-remaining", remaining)]);
        let reset = answer.header("x-rate-limit-reset").and_then(|reset| reset.parse::<i64>().ok());
        assert!(reset.is_some_and(|reset| (1..=60).contains(&(reset - org.now().0))), "{answer:?}");
    }
    let answer = refresh(&org, "x", &[]).await;
    refused_by_api(&answer, 429, "E0000047", TOO_MANY);
    let told = [("x-rate-limit-limit", "2"), ("x-rate-limit-remaining", "0"), ("retry-after", "")];
    head(&answer, 429, &told);
    org.advance_clock(Duration::from_secs(60));
    assert_eq!(refresh(&org, "x", &[]).await.status, 400, "a new minute");
}

#[tokio::test]
async fn keys_and_metadata_are_not_limited() {
    let org = org().await;
    for url in [format!("{}/v1/keys", org.issuer()), org.issuer().discovery_url()] {
        let answer = Answer::to(http().get(url)).await;
        let silent = ["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"];
        head(&answer, 200, &silent.map(|name| (name, "")));
    }
}

#[tokio::test]
async fn a_person_has_so_many_token_requests_a_second() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    org.set_token_rate_limit_per_person(Some(4));
    let mut refusals = 0;
    for _ in 0..12 {
        let answer = refresh(&org, &token, &[]).await;
        if answer.status == 429 {
            refusals += 1;
            let description = "API call exceeded rate limit due to too many requests.";
            refused(&answer, 429, "invalid_grant", description);
        }
    }
    assert!(refusals > 0, "twelve in a moment");
    org.advance_clock(Duration::from_secs(2));
    assert_eq!(refresh(&org, &token, &[]).await.status, 200);
}

const POLICIES: &str = r#"
[[scopes]]
name = "beds:read"

[[policies]]
apps = ["Garden"]
[[policies.rules]]
grant_types = ["authorization_code"]
groups = ["shop-staff"]
access_token_minutes = 5
[[policies.rules]]
grant_types = ["authorization_code"]
scopes = ["openid", "offline_access"]
access_token_minutes = 1440
refresh_token_minutes = 100
refresh_window_minutes = 10
[[policies.rules]]
grant_types = ["authorization_code"]
access_token_minutes = 30

[[policies]]
[[policies.rules]]
grant_types = ["authorization_code"]
groups = ["shop-staff"]
"#;

/// Two apps, the second of which no policy names and only staff may use.
async fn garden() -> RunningOrg {
    let (garden, other) =
        (App::spa("Garden").redirect_uri(CALLBACK), App::spa("Other").redirect_uri(CALLBACK));
    let seeds = Seeds::parse(POLICIES).expect("seeds");
    builder().seeds(seeds).app(garden).app(other).start().await.expect("an org")
}

async fn sign_in(org: &RunningOrg, login: &str, change: &[(&str, Option<&str>)]) -> Answer {
    let browser = Browser::new(org);
    let page = browser.authorize(change).await;
    browser.sign_in(&page, login, PASSWORD).await
}

#[tokio::test]
async fn the_first_rule_that_matches_is_applied() {
    let org = garden().await;
    let lifetime = async |login: &str, change: &[(&str, Option<&str>)]| {
        let answer = sign_in(&org, login, change).await;
        redeem(&org, &answer.code(), change).await.json()["expires_in"].as_u64()
    };
    let scope = ("scope", Some("openid"));
    assert_eq!(lifetime("bob@example.com", &[scope]).await, Some(300), "by group");
    assert_eq!(lifetime(ALICE, &[scope]).await, Some(86_400), "by everyone, in order");
    let other = org.client_id_of("Other").expect("the other app");
    let change = [scope, ("client_id", Some(other.as_str()))];
    assert_eq!(lifetime("bob@example.com", &change).await, Some(3600), "by client");
    let more = ("scope", Some("openid beds:read"));
    assert_eq!(lifetime(ALICE, &[more]).await, Some(1800), "the second rule lacks that scope");
}

#[tokio::test]
async fn no_rule_that_matches_is_access_denied() {
    let org = garden().await;
    let other = org.client_id_of("Other").expect("the other app");
    let answer = sign_in(&org, ALICE, &[("client_id", Some(other.as_str()))]).await;
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
    sent_back(&answer, 303, "access_denied", description);
}

#[tokio::test]
async fn a_rule_gives_the_lifetimes_of_refresh_tokens_too() {
    let org = garden().await;
    let answer = sign_in(&org, ALICE, &[("scope", Some("openid offline_access"))]).await;
    let mut newest = redeem(&org, &answer.code(), &[]).await.json();
    let left = async |tokens: &Value| {
        let told = introspect(&org, text(tokens, "refresh_token")).await;
        told["exp"].as_i64().map(|exp| exp - org.now().0).unwrap_or_default()
    };
    assert!((590..=600).contains(&left(&newest).await), "ten minutes unused");
    for _ in 0..11 {
        org.advance_clock(Duration::from_secs(530));
        newest = refresh(&org, text(&newest, "refresh_token"), &[]).await.json();
    }
    assert!((150..=170).contains(&left(&newest).await), "a hundred minutes in all");
}

async fn manage(org: &RunningOrg, method: Method, path: &str, body: &Value) -> Answer {
    let request = http().request(method, format!("{}/api/v1{path}", org.base_url()));
    let request = request.header("Authorization", format!("SSWS {}", org.api_token().expose()));
    Answer::to(if body.is_null() { request } else { request.json(body) }).await
}

#[tokio::test]
async fn a_trusted_origin_has_a_name_an_origin_and_scopes() {
    let org = org().await;
    let body = json!({
        "name": "Shop", "origin": "http://shop.example", "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}],
    });
    let made = manage(&org, Method::POST, "/trustedOrigins", &body).await;
    assert!(made.status.is_success(), "{made:?}");
    let made = made.json();
    for member in ["name", "origin", "scopes"] {
        assert_eq!(made[member], body[member], "{member}");
    }
    let shared = async || {
        let request = http().get(format!("{}/v1/keys", org.issuer())).header("Origin", "http://shop.example");
        Answer::to(request).await.header("access-control-allow-origin").is_some()
    };
    assert!(shared().await);
    let path = format!("/trustedOrigins/{}", text(&made, "id"));
    assert_eq!(manage(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert!(!shared().await);
}

#[tokio::test]
async fn an_app_tells_where_a_sign_in_is_begun_for_it() {
    let uri = format!("{ORIGIN}/login");
    let app = App::spa("Grove").redirect_uri(CALLBACK).initiate_login_uri(&uri);
    let org = builder().app(app).start().await.expect("an org");
    let apps = manage(&org, Method::GET, "/apps?q=Grove", &Value::Null).await.json();
    let client = &apps[0]["settings"]["oauthClient"];
    assert_eq!(client["initiate_login_uri"], uri);
    assert!(
        ["DISABLED", "SPEC", "OKTA"].iter().any(|mode| client["idp_initiated_login"]["mode"] == **mode),
        "{client}"
    );
}
