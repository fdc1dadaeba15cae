//! `/token` (okta 4.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;

use super::wire::{JSON, head, like, refused, refused_by_api};
use crate::browser::{
    ALICE, Answer, Browser, ORIGIN, changed, http, org, post, redeem, redemption, refresh, still_org, text,
};

async fn code(org: &RunningOrg, scope: &str) -> String {
    Browser::new(org).code_for(ALICE, &[("scope", Some(scope))]).await
}

/// What the service app is answered.
async fn serve(org: &RunningOrg, pairs: &[(&str, &str)]) -> Answer {
    let service = org.service_client();
    let shown = STANDARD.encode(format!("{}:{}", service.client_id, service.client_secret.expose()));
    post(org, "token", &changed(pairs, &[]), &[("Authorization", &format!("Basic {shown}"))]).await
}

const CLIENT_CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_code_request_is_answered_in_oktas_order_and_kept_out_of_caches() {
    let org = still_org().await;
    let answer = redeem(org, &code(org, "offline_access openid").await, &[]).await;
    head(&answer, 200, &JSON);
    let body = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"…","scope":"offline_access openid","refresh_token":"…","id_token":"…"}"#;
    like(&answer.body, body);
    assert_eq!(text(&answer.json(), "refresh_token").len(), 43);
}

#[tokio::test]
async fn a_refresh_request_is_answered_like_a_code_request() {
    let org = still_org().await;
    let first = redeem(org, &code(org, "openid email offline_access").await, &[]).await.json();
    let answer = refresh(org, text(&first, "refresh_token"), &[("scope", Some("openid"))]).await;
    head(&answer, 200, &JSON);
    let body = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"…","scope":"openid","refresh_token":"…","id_token":"…"}"#;
    like(&answer.body, body);
}

#[tokio::test]
async fn a_service_shows_basic_and_gets_an_access_token_alone() {
    let answer = serve(still_org().await, &[CLIENT_CREDENTIALS, ("scope", "orders:read")]).await;
    head(&answer, 200, &JSON);
    like(
        &answer.body,
        r#"{"token_type":"Bearer","expires_in":3600,"access_token":"…","scope":"orders:read"}"#,
    );
}

#[tokio::test]
async fn an_id_token_needs_openid() {
    let org = still_org().await;
    let answer = redeem(org, &code(org, "offline_access").await, &[]).await;
    let body = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"…","scope":"offline_access","refresh_token":"…"}"#;
    like(&answer.body, body);
}

#[tokio::test]
async fn a_refresh_token_needs_offline_access_at_authorize() {
    let org = still_org().await;
    let answer = redeem(org, &code(org, "openid").await, &[("scope", Some("openid offline_access"))]).await;
    let body =
        r#"{"token_type":"Bearer","expires_in":3600,"access_token":"…","scope":"openid","id_token":"…"}"#;
    like(&answer.body, body);
}

#[tokio::test]
async fn a_preflight_tells_origin_method_and_time() {
    let org = still_org().await;
    let url = format!("{}/v1/token", org.issuer());
    let preflight = async |origin: &str| {
        let request = http().request(Method::OPTIONS, &url).header("Origin", origin);
        Answer::to(request.header("Access-Control-Request-Method", "POST")).await
    };
    let told = [
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-methods", "POST"),
        ("access-control-max-age", "3600"),
        ("vary", "Origin"),
    ];
    let answer = preflight(ORIGIN).await;
    head(&answer, 204, &told);
    assert_eq!(answer.body, "");
    let stranger =
        [("access-control-allow-origin", ""), ("access-control-allow-methods", ""), ("vary", "Origin")];
    head(&preflight("http://evil.example").await, 204, &stranger);
}

const FOREIGN_PAGE: &str =
    "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.";

#[tokio::test]
async fn cors_is_enforced_for_each_client_by_its_redirect_uris() {
    let org = still_org().await;
    let from = async |origin: &str| {
        let form = redemption(org, &code(org, "openid").await, &[]);
        post(org, "token", &form, &[("Origin", origin)]).await
    };
    head(&from(ORIGIN).await, 200, &[("access-control-allow-origin", ORIGIN), ("vary", "Origin")]);
    // The second is the other app's, and a trusted origin.
    for origin in ["http://evil.example", "http://localhost:9999", "null"] {
        let answer = from(origin).await;
        refused(&answer, 400, "invalid_request", FOREIGN_PAGE);
        head(&answer, 400, &[("access-control-allow-origin", ""), ("vary", "Origin")]);
    }
}

/// Everything is wrong at first; each line puts one thing right, and the next mistake comes to light.
#[tokio::test]
async fn requests_are_checked_in_oktas_order() {
    let org = org().await;
    let url = format!("{}/v1/token", org.issuer());
    let not_a_form = Answer::to(http().post(&url).body("client_id=nobody&client_id=nobody")).await;
    let summary = "Bad request.  Accept and/or Content-Type headers likely do not match supported values.";
    refused_by_api(&not_a_form, 400, "E0000021", summary);

    let ask = async |origin: &str, pairs: &[(&str, &str)]| {
        let form = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        post(&org, "token", &form, &[("Origin", origin)]).await
    };
    let (nobody, ours) = (("client_id", "nobody"), ("client_id", org.client_id()));
    let (magic, grant) = (("grant_type", "magic"), ("grant_type", "authorization_code"));
    let evil = "http://evil.example";
    let twice = "The request contained multiple parameters with the same name.";
    refused(&ask(evil, &[nobody, nobody, magic]).await, 400, "invalid_request", twice);
    let client = "Invalid value for 'client_id' parameter.";
    refused(&ask(evil, &[nobody, magic]).await, 401, "invalid_client", client);
    let grant_type = "The authorization grant type is not supported by the authorization server. Configured grant \
        types: [authorization_code, refresh_token].";
    refused(&ask(evil, &[ours, magic]).await, 400, "unsupported_grant_type", grant_type);
    refused(&ask(evil, &[ours, grant]).await, 400, "invalid_request", FOREIGN_PAGE);
    refused(
        &ask(ORIGIN, &[ours, grant]).await,
        400,
        "invalid_request",
        "The required parameter 'code' is missing.",
    );
    let unknown = "The authorization code is invalid or has expired.";
    refused(&ask(ORIGIN, &[ours, grant, ("code", "x")]).await, 400, "invalid_grant", unknown);
}

/// As above, for what is shown with a code: client, address, PKCE, then the person and the policy.
#[tokio::test]
async fn codes_are_checked_in_oktas_order() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(browser.authorize(&[]).await.code());
    }
    let other = org.client_id_of("Other").expect("the other app");
    let verifier = "a".repeat(43);
    let wrong = [
        ("client_id", Some(other.as_str())),
        ("redirect_uri", Some("http://localhost:9999/cb")),
        ("code_verifier", Some(verifier.as_str())),
    ];
    org.unassign(ALICE);
    org.remove_policies();
    let client = "The grant was issued to another client. Please make sure the 'client_id' matches the one used at \
        the authorize request.";
    refused(&redeem(&org, &codes[0], &wrong).await, 400, "invalid_grant", client);
    let address = "The 'redirect_uri' does not match the redirection URI used in the authorization request.";
    refused(&redeem(&org, &codes[1], &wrong[1..]).await, 400, "invalid_grant", address);
    refused(&redeem(&org, &codes[2], &wrong[2..]).await, 400, "invalid_grant", "PKCE verification failed.");
    let person = "User is not assigned to the client application.";
    refused(&redeem(&org, &codes[3], &[]).await, 400, "access_denied", person);
    org.assign(ALICE);
    let policy = "Policy evaluation failed for this request, please check the policy configurations.";
    refused(&redeem(&org, &codes[4], &[]).await, 401, "access_denied", policy);
}
