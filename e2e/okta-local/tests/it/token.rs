use std::time::Duration;

use okta_local::{GrantType, Outcome, RunningOrg};
use okta_types::Form;

use crate::browser::{
    ALICE, Answer, Browser, http, introspect, org, post, redeem, refresh, text, tokens, verifier,
};

const BAD_CODE: (&str, &str) = ("invalid_grant", "The authorization code is invalid or has expired.");
const BAD_REFRESH: (&str, &str) = ("invalid_grant", "The refresh token is invalid or expired.");

#[track_caller]
fn check(answer: &Answer, status: u16, (error, description): (&str, &str)) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.error(), (error.to_owned(), description.to_owned()));
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
}

async fn code(org: &RunningOrg) -> String {
    Browser::new(org).code_for(ALICE, &[]).await
}

#[tokio::test]
async fn the_answer_has_oktas_members_in_oktas_order_and_stays_in_no_cache() {
    let org = org().await;
    let answer = redeem(&org, &code(&org).await, &[]).await;
    assert_eq!(answer.status, 200);
    let places =
        ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"].map(|name| {
            answer.body.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name}: {answer:?}"))
        });
    assert!(places.is_sorted(), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    assert_eq!(answer.header("x-robots-tag"), Some("noindex,nofollow"));
    let body = answer.json();
    assert_eq!((text(&body, "token_type"), body["expires_in"].as_u64()), ("Bearer", Some(3600)));
    assert_eq!(text(&body, "scope"), "openid profile email offline_access");
    assert_eq!(text(&body, "refresh_token").len(), 43);
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token_and_without_openid_no_id_token() {
    let org = org().await;
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &[("scope", Some("openid"))]).await;
    let body = redeem(&org, &code, &[]).await.json();
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_some());
    let code = browser.authorize(&[("scope", Some("offline_access"))]).await.code();
    let body = redeem(&org, &code, &[]).await.json();
    assert!(body.get("refresh_token").is_some() && body.get("id_token").is_none());
}

#[tokio::test]
async fn a_code_is_good_once_and_its_replay_revokes_what_it_got() {
    let org = org().await;
    let code = code(&org).await;
    let first = redeem(&org, &code, &[]).await.json();
    assert_eq!(introspect(&org, text(&first, "access_token")).await["active"], true);
    check(&redeem(&org, &code, &[]).await, 400, BAD_CODE);
    assert_eq!(introspect(&org, text(&first, "access_token")).await["active"], false);
    check(&refresh(&org, text(&first, "refresh_token"), &[]).await, 400, BAD_REFRESH);
}

#[tokio::test]
async fn of_many_parallel_redemptions_of_one_code_one_succeeds() {
    let org = org().await;
    let code = code(&org).await;
    let form = Form::new()
        .with("grant_type", "authorization_code")
        .with("client_id", org.client_id())
        .with("redirect_uri", crate::browser::CALLBACK)
        .with("code", &code)
        .with("code_verifier", verifier().expose());
    let url = format!("{}/v1/token", org.issuer());
    let http = http();
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let request = http
                .post(&url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form.as_str().to_owned());
            tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn every_way_to_redeem_wrongly_has_its_words() {
    let org = org().await;
    let browser = Browser::new(&org);
    let other = org.client_id_of("Other").unwrap();
    browser.code_for(ALICE, &[]).await;
    let wrong_verifier = "a".repeat(43);
    let cases = [
        ("code", None, 400, ("invalid_request", "The required parameter 'code' is missing.")),
        ("code", Some("nope"), 400, BAD_CODE),
        (
            "code_verifier",
            None,
            400,
            ("invalid_request", "PKCE code verifier is required by the application."),
        ),
        ("code_verifier", Some(wrong_verifier.as_str()), 400, ("invalid_grant", "PKCE verification failed.")),
        (
            "redirect_uri",
            Some("http://localhost:8080/"),
            400,
            (
                "invalid_grant",
                "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
            ),
        ),
        (
            "client_id",
            Some(&other),
            400,
            (
                "invalid_grant",
                "The grant was issued to another client. Please make sure the 'client_id' matches the one used at \
                 the authorize request.",
            ),
        ),
        ("client_id", Some("nope"), 401, ("invalid_client", "Invalid value for 'client_id' parameter.")),
        ("client_id", None, 401, ("invalid_client", "No client credentials found.")),
        (
            "grant_type",
            None,
            400,
            (
                "invalid_request",
                "The token request must specify a 'grant_type'. Valid values: [authorization_code, refresh_token]",
            ),
        ),
        (
            "grant_type",
            Some("password"),
            400,
            (
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server. Configured grant \
                 types: [authorization_code, refresh_token].",
            ),
        ),
        (
            "client_secret",
            Some("s"),
            401,
            (
                "invalid_client",
                "Client authentication failed. Either the client or the client credentials are invalid.",
            ),
        ),
    ];
    for (name, value, status, expected) in cases {
        let code = browser.authorize(&[]).await.code();
        check(&redeem(&org, &code, &[(name, value)]).await, status, expected);
    }
}

#[tokio::test]
async fn repeated_parameters_other_bodies_and_credentials_in_the_query_are_refused() {
    let org = org().await;
    let twice = Form::new().with("client_id", "a").with("client_id", "a");
    let description = "The request contained multiple parameters with the same name.";
    check(&post(&org, "token", &twice, &[]).await, 400, ("invalid_request", description));
    let response =
        http().post(format!("{}/v1/token", org.issuer())).json(&serde_json::json!({})).send().await;
    let answer = Answer::of(response.unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.json()["errorCode"].as_str()), (400, Some("E0000021")));
    let form = Form::new().with("grant_type", "refresh_token");
    let answer = post(&org, &format!("token?client_id={}", org.client_id()), &form, &[]).await;
    let description = "Client credentials cannot be supplied via query parameters.";
    check(&answer, 400, ("invalid_request", description));
    let answer = post(&org, "token", &form, &[("Authorization", "Basic eDp5")]).await;
    let description = "Found Authentication header but was not valid client credentials.";
    check(&answer, 401, ("invalid_client", description));
}

#[tokio::test]
async fn a_code_ends_after_five_minutes() {
    let org = org().await;
    let code = code(&org).await;
    org.advance_clock(Duration::from_secs(300));
    check(&redeem(&org, &code, &[]).await, 400, BAD_CODE);
}

#[tokio::test]
async fn renewal_rotates_and_the_used_token_works_during_the_grace_time_only() {
    let org = org().await;
    let first = tokens(&org).await;
    let second = refresh(&org, text(&first, "refresh_token"), &[]).await.json();
    assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
    org.advance_clock(Duration::from_secs(20));
    let sibling = refresh(&org, text(&first, "refresh_token"), &[]).await;
    assert_eq!(sibling.status, 200);
    org.advance_clock(Duration::from_secs(10));
    check(&refresh(&org, text(&first, "refresh_token"), &[]).await, 400, BAD_REFRESH);
    // Its family is dead: the newest refresh token, and the access tokens since sign-in.
    check(&refresh(&org, text(&second, "refresh_token"), &[]).await, 400, BAD_REFRESH);
    for tokens in [&first, &second, &sibling.json()] {
        assert_eq!(
            introspect(&org, text(tokens, "access_token")).await,
            serde_json::json!({"active": false})
        );
    }
    let log = org.system_log();
    let alarms: Vec<_> =
        log.iter().filter(|event| event.event_type == "app.oauth2.as.token.detect_reuse").collect();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].actor.as_deref(), Some(ALICE));
    assert!(matches!(alarms[0].outcome, Outcome::Failure(_)));
    assert_eq!(org.token_requests(GrantType::RefreshToken), 4);
}

#[tokio::test]
async fn without_grace_a_second_use_is_reuse() {
    let org = org().await;
    org.set_refresh_grace(Duration::ZERO);
    let first = tokens(&org).await;
    let second = refresh(&org, text(&first, "refresh_token"), &[]).await.json();
    check(&refresh(&org, text(&first, "refresh_token"), &[]).await, 400, BAD_REFRESH);
    check(&refresh(&org, text(&second, "refresh_token"), &[]).await, 400, BAD_REFRESH);
}

#[tokio::test]
async fn refresh_tokens_end_together_and_unused_ones_before() {
    let org = org().await;
    let minutes = |m: u64| Duration::from_secs(60 * m);
    org.set_refresh_token_lifetime(Some(minutes(60)), minutes(20));
    let idle = tokens(&org).await;
    let mut newest = tokens(&org).await;
    for _ in 0..3 {
        org.advance_clock(minutes(19));
        newest = refresh(&org, text(&newest, "refresh_token"), &[]).await.json();
    }
    check(&refresh(&org, text(&idle, "refresh_token"), &[]).await, 400, BAD_REFRESH);
    org.advance_clock(minutes(3));
    check(&refresh(&org, text(&newest, "refresh_token"), &[]).await, 400, BAD_REFRESH);
}

#[tokio::test]
async fn a_renewal_may_ask_for_less_and_not_for_more() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    let more = refresh(&org, &token, &[("scope", Some("openid address phone"))]).await;
    let description = "Some of the scopes requested for the refresh request were not granted in the original \
        authorize request. Denied scopes: address, phone.";
    check(&more, 400, ("access_denied", description));
    let less = refresh(&org, &token, &[("scope", Some("email"))]).await.json();
    assert_eq!(text(&less, "scope"), "email");
    assert!(less.get("id_token").is_none(), "no ID token without openid");
    // The next one has all that was granted.
    let next = refresh(&org, text(&less, "refresh_token"), &[]).await.json();
    assert_eq!(text(&next, "scope"), "openid profile email offline_access");
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_client() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    let other = org.client_id_of("Other").unwrap();
    assert_eq!(refresh(&org, &token, &[("client_id", Some(&other))]).await.error().0, "invalid_grant");
    assert_eq!(refresh(&org, &token, &[]).await.status, 200, "the attempt used nothing up");
}

#[tokio::test]
async fn taking_the_app_away_ends_renewal() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    assert!(org.unassign(ALICE) && !org.unassign("nobody@example.com"));
    let description = "User is not assigned to the client application.";
    check(&refresh(&org, &token, &[]).await, 400, ("access_denied", description));
}
