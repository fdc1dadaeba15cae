//! The rows of the error table (okta 4.7) that `/token` answers.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_local::{Endpoint, Fault, RunningOrg};
use okta_types::Form;

use super::wire::{head, refused, refused_by_api};
use crate::browser::{
    ALICE, Answer, Browser, ORIGIN, changed, org, post, redeem, redemption, refresh, serve, still_org, text,
    tokens,
};

/// A code of alice's.
async fn code(org: &RunningOrg) -> String {
    Browser::new(org).code_for(ALICE, &[]).await
}

/// What a code gets with something changed.
async fn redeemed(change: (&str, Option<&str>)) -> Answer {
    let org = still_org().await;
    redeem(org, &code(org).await, &[change]).await
}

async fn ask(org: &RunningOrg, pairs: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
    post(org, "token", &changed(pairs, &[]), headers).await
}

const BAD_CODE: &str = "The authorization code is invalid or has expired.";

#[tokio::test]
async fn invalid_grant_the_authorization_code_is_invalid_or_has_expired() {
    refused(&redeemed(("code", Some("unknown"))).await, 400, "invalid_grant", BAD_CODE);
    let org = org().await;
    let (used, old) = (code(&org).await, code(&org).await);
    assert_eq!(redeem(&org, &used, &[]).await.status, 200);
    refused(&redeem(&org, &used, &[]).await, 400, "invalid_grant", BAD_CODE);
    org.advance_clock(Duration::from_secs(300));
    refused(&redeem(&org, &old, &[]).await, 400, "invalid_grant", BAD_CODE);
}

#[tokio::test]
async fn invalid_grant_pkce_verification_failed() {
    for wrong in ["a".repeat(43), "short".to_owned(), "a".repeat(129)] {
        let answer = redeemed(("code_verifier", Some(&wrong))).await;
        refused(&answer, 400, "invalid_grant", "PKCE verification failed.");
    }
}

#[tokio::test]
async fn invalid_grant_the_redirect_uri_does_not_match() {
    let description =
        "The 'redirect_uri' does not match the redirection URI used in the authorization request.";
    for other in [None, Some("http://localhost:8080/login/callback/"), Some("http://localhost:9999/cb")] {
        refused(&redeemed(("redirect_uri", other)).await, 400, "invalid_grant", description);
    }
}

const OTHERS: &str = "The grant was issued to another client. Please make sure the 'client_id' matches the one used \
    at the authorize request.";

#[tokio::test]
async fn invalid_grant_the_grant_was_issued_to_another_client() {
    let org = still_org().await;
    let other = org.client_id_of("Other").expect("the other app");
    refused(&redeemed(("client_id", Some(&other))).await, 400, "invalid_grant", OTHERS);
    let token = text(&tokens(org).await, "refresh_token").to_owned();
    let answer = refresh(org, &token, &[("client_id", Some(&other))]).await;
    refused(&answer, 400, "invalid_grant", OTHERS);
}

#[tokio::test]
async fn invalid_grant_the_refresh_token_is_invalid_or_expired() {
    let description = "The refresh token is invalid or expired.";
    let org = org().await;
    refused(&refresh(&org, "unknown", &[]).await, 400, "invalid_grant", description);
    let old = text(&tokens(&org).await, "refresh_token").to_owned();
    org.advance_clock(Duration::from_secs(7 * 24 * 3600));
    refused(&refresh(&org, &old, &[]).await, 400, "invalid_grant", description);
    let used = text(&tokens(&org).await, "refresh_token").to_owned();
    assert_eq!(refresh(&org, &used, &[]).await.status, 200);
    org.advance_clock(Duration::from_secs(30));
    refused(&refresh(&org, &used, &[]).await, 400, "invalid_grant", description);
}

#[tokio::test]
async fn invalid_grant_api_call_exceeded_rate_limit_due_to_too_many_requests() {
    let org = org().await;
    let mut newest = text(&tokens(&org).await, "refresh_token").to_owned();
    org.set_token_rate_limit_per_person(Some(1));
    // The second may change between two requests.
    for _ in 0..10 {
        let answer = refresh(&org, &newest, &[]).await;
        if answer.status != 200 {
            let description = "API call exceeded rate limit due to too many requests.";
            return refused(&answer, 429, "invalid_grant", description);
        }
        newest = text(&answer.json(), "refresh_token").to_owned();
    }
    panic!("ten requests of one person, and none was too many");
}

#[tokio::test]
async fn invalid_client_no_client_credentials_found() {
    let answer = redeemed(("client_id", None)).await;
    refused(&answer, 401, "invalid_client", "No client credentials found.");
    let service = still_org().await.service_client();
    let pairs = [("grant_type", "client_credentials"), ("client_id", service.client_id.as_str())];
    let answer = ask(still_org().await, &pairs, &[]).await;
    refused(&answer, 401, "invalid_client", "No client credentials found.");
}

#[tokio::test]
async fn invalid_client_invalid_value_for_client_id() {
    let answer = redeemed(("client_id", Some("0oaNobody"))).await;
    refused(&answer, 401, "invalid_client", "Invalid value for 'client_id' parameter.");
}

#[tokio::test]
async fn invalid_client_the_client_secret_is_invalid() {
    let org = still_org().await;
    let basic = STANDARD.encode(format!("{}:wrong", org.service_client().client_id));
    let header = format!("Basic {basic}");
    let answer = ask(org, &[("grant_type", "client_credentials")], &[("Authorization", &header)]).await;
    let description = "The client secret supplied for a confidential client is invalid.";
    refused(&answer, 401, "invalid_client", description);
    head(&answer, 401, &[("www-authenticate", "Basic realm=\"okta\"")]);
}

#[tokio::test]
async fn invalid_client_browser_requests_must_use_proof_key_for_code_exchange() {
    let org = still_org().await;
    let form = redemption(org, &code(org).await, &[("code_verifier", None)]);
    let answer = post(org, "token", &form, &[("Origin", ORIGIN)]).await;
    let description = "Browser requests to the token endpoint must use Proof Key for Code Exchange.";
    refused(&answer, 401, "invalid_client", description);
}

#[tokio::test]
async fn invalid_request_pkce_code_verifier_is_required_by_the_application() {
    let answer = redeemed(("code_verifier", None)).await;
    refused(&answer, 400, "invalid_request", "PKCE code verifier is required by the application.");
}

#[tokio::test]
async fn invalid_request_the_token_request_must_specify_a_grant_type() {
    let description =
        "The token request must specify a 'grant_type'. Valid values: [authorization_code, refresh_token]";
    refused(&redeemed(("grant_type", None)).await, 400, "invalid_request", description);
}

#[tokio::test]
async fn invalid_request_multiple_parameters_with_the_same_name() {
    let org = still_org().await;
    let pairs = [("client_id", org.client_id()), ("scope", "openid"), ("scope", "openid")];
    let description = "The request contained multiple parameters with the same name.";
    refused(&ask(org, &pairs, &[]).await, 400, "invalid_request", description);
}

/// What the service app is told about scopes.
async fn served(scope: Option<&str>) -> Answer {
    serve(still_org().await, scope).await
}

#[tokio::test]
async fn invalid_scope_one_or_more_scopes_are_not_configured() {
    let description = "One or more scopes are not configured for the authorization server resource.";
    refused(&served(Some("orders:delete")).await, 400, "invalid_scope", description);
}

#[tokio::test]
async fn invalid_scope_no_scopes_were_requested() {
    refused(&served(Some(" ")).await, 400, "invalid_scope", "No scopes were requested.");
    let org = still_org().await;
    let token = text(&tokens(org).await, "refresh_token").to_owned();
    let answer = refresh(org, &token, &[("scope", Some(" "))]).await;
    refused(&answer, 400, "invalid_scope", "No scopes were requested.");
    // Where the parameter is left out a default would be taken, of which the server has none.
    let description = "The authorization server resource does not have any configured default scopes, 'scope' must be provided.";
    refused(&served(None).await, 400, "invalid_scope", description);
}

#[tokio::test]
async fn invalid_scope_cannot_request_openid_scopes_using_client_credentials() {
    let description = "Cannot request 'openid' scopes using client credentials.";
    for scope in ["openid", "orders:read profile"] {
        refused(&served(Some(scope)).await, 400, "invalid_scope", description);
    }
}

#[tokio::test]
async fn unauthorized_client_the_client_may_not_use_the_grant_type() {
    let description = "The client is not authorized to use the provided grant type. Configured grant types: [client_credentials].";
    let org = still_org().await;
    let service = org.service_client();
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", &service.client_id),
        ("client_secret", service.client_secret.expose()),
    ];
    refused(&ask(org, &pairs, &[]).await, 400, "unauthorized_client", description);
}

#[tokio::test]
async fn unsupported_grant_type_not_supported_by_the_authorization_server() {
    let description = "The authorization grant type is not supported by the authorization server. Configured grant \
        types: [authorization_code, refresh_token].";
    for unsupported in ["password", "magic"] {
        let answer = redeemed(("grant_type", Some(unsupported))).await;
        refused(&answer, 400, "unsupported_grant_type", description);
    }
}

#[tokio::test]
async fn server_error_an_unexpected_condition() {
    let org = org().await;
    org.inject(Endpoint::Token, Fault::Fail(500), 1);
    let description = "The authorization server encountered an unexpected condition that prevented it from fulfilling \
        the request.";
    refused(&refresh(&org, "any", &[]).await, 500, "server_error", description);
}

/// A live org answers this with 400, whatever its name says.
#[tokio::test]
async fn temporarily_unavailable_a_temporary_overloading() {
    let org = org().await;
    org.inject(Endpoint::Token, Fault::Fail(400), 1);
    let description = "The authorization server is currently unable to handle the request due to a temporary \
        overloading or maintenance of the server.";
    refused(&refresh(&org, "any", &[]).await, 400, "temporarily_unavailable", description);
}

#[tokio::test]
async fn two_shapes_oauth_endpoints_have_one_and_everything_else_the_other() {
    let org = org().await;
    refused(&refresh(&org, "x", &[]).await, 400, "invalid_grant", "The refresh token is invalid or expired.");
    org.set_rate_limit(Endpoint::Token, 0);
    let summary = "You exceeded the maximum number of requests. Try again in a while.";
    refused_by_api(&refresh(&org, "x", &[]).await, 429, "E0000047", summary);
    let url = format!("{}/oauth2/ausNobody/v1/token", org.base_url());
    let answer = Answer::to(crate::browser::http().post(url)).await;
    assert_eq!(answer.status, 429, "the same bucket");
    org.set_rate_limit(Endpoint::Token, 9);
    let url = format!("{}/oauth2/ausNobody/v1/token", org.base_url());
    let answer = Answer::to(crate::browser::http().post(url)).await;
    let summary = "Not found: Resource not found: ausNobody (AuthorizationServer)";
    refused_by_api(&answer, 404, "E0000007", summary);
}

/// They predate rotation.
#[tokio::test]
async fn legacy_entries_about_browsers_are_not_enforced() {
    let org = still_org().await;
    let form = redemption(org, &code(org).await, &[]);
    let answer = post(org, "token", &form, &[("Origin", ORIGIN)]).await;
    let token = text(&answer.json(), "refresh_token").to_owned();
    let form = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
    let form = form.with("refresh_token", &token);
    assert_eq!(post(org, "token", &form, &[("Origin", ORIGIN)]).await.status, 200);
}
