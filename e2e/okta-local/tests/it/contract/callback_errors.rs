//! The rows of the error table (okta 4.7) that `/authorize` sends back to the app, or the policy causes.

use okta_local::{App, RunningOrg, Seeds};
use okta_types::Form;

use super::wire::{refused, sent_back};
use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, PASSWORD, builder, org, refresh, serve, still_org, text, tokens,
};

type Change<'a> = (&'a str, Option<&'a str>);

const BOB: &str = "bob@example.com";
const CAROL: &str = "carol@example.com";

async fn ask(change: &[Change<'_>]) -> Answer {
    Browser::new(still_org().await).authorize(change).await
}

/// What a new browser is answered once its person has shown the password.
async fn sign_in(org: &RunningOrg, login: &str, change: &[Change<'_>]) -> Answer {
    let browser = Browser::new(org);
    let page = browser.authorize(change).await;
    browser.sign_in(&page, login, PASSWORD).await
}

#[tokio::test]
async fn invalid_request_pkce_code_challenge_is_required_by_the_application() {
    let description = "PKCE code challenge is required by the application.";
    sent_back(&ask(&[("code_challenge", None)]).await, 302, "invalid_request", description);
}

#[tokio::test]
async fn invalid_request_pkce_code_challenge_method_is_not_supported() {
    let description = "PKCE code challenge method is not supported. Valid values: [S256]";
    sent_back(&ask(&[("code_challenge_method", Some("plain"))]).await, 302, "invalid_request", description);
}

#[tokio::test]
async fn invalid_request_multiple_parameters_with_the_same_name_on_a_callback() {
    let org = still_org().await;
    let query = crate::browser::authorize_query(org, &[]);
    let twice = format!("{}/v1/authorize?{query}&prompt=login&prompt=none", org.issuer());
    let description = "The request contained multiple parameters with the same name.";
    sent_back(&Browser::new(org).get(&twice).await, 302, "invalid_request", description);
}

#[tokio::test]
async fn invalid_scope_no_scopes_were_requested_on_a_callback() {
    sent_back(&ask(&[("scope", Some(" "))]).await, 302, "invalid_scope", "No scopes were requested.");
}

#[tokio::test]
async fn access_denied_user_is_not_assigned_to_the_client_application() {
    let answer = sign_in(still_org().await, CAROL, &[]).await;
    sent_back(&answer, 303, "access_denied", "User is not assigned to the client application.");
}

#[tokio::test]
async fn access_denied_policy_evaluation_failed() {
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    org.remove_policies();
    sent_back(&sign_in(&org, ALICE, &[]).await, 303, "access_denied", description);
    refused(&refresh(&org, &token, &[]).await, 401, "access_denied", description);
    refused(&serve(&org, Some("orders:read")).await, 401, "access_denied", description);
}

/// An org whose policy lets through `openid` and `email` for people, `orders:read` for services.
async fn strict() -> RunningOrg {
    let seeds = "[[policies]]\n\
        [[policies.rules]]\ngrant_types = [\"authorization_code\"]\nscopes = [\"openid\", \"email\"]\n\
        [[policies.rules]]\ngrant_types = [\"client_credentials\"]\nscopes = [\"orders:read\"]\n";
    let app = App::spa("Grove").redirect_uri(CALLBACK);
    builder().seeds(Seeds::parse(seeds).expect("seeds")).app(app).start().await.expect("an org")
}

#[tokio::test]
async fn access_denied_no_rule_allows_all_of_the_scopes() {
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
    let org = strict().await;
    for scopes in ["orders:read orders:write", "openid profile orders:read"] {
        let answer = sign_in(&org, ALICE, &[("scope", Some(scopes))]).await;
        sent_back(&answer, 303, "access_denied", description);
    }
    for scopes in ["orders:write", "orders:read orders:write"] {
        refused(&serve(&org, Some(scopes)).await, 401, "access_denied", description);
    }
    sign_in(&org, ALICE, &[("scope", Some("openid email"))]).await.code();
    assert_eq!(serve(&org, Some("orders:read")).await.status, 200);
}

#[tokio::test]
async fn access_denied_the_resource_owner_denied_the_request() {
    let org = still_org().await;
    let browser = Browser::new(org);
    browser.code_for(ALICE, &[]).await;
    let page = browser.authorize(&[("prompt", Some("consent"))]).await;
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("consent", "deny");
    let answer = browser.post(&format!("{}/login/consent", org.base_url()), &form).await;
    let description = "The resource owner or authorization server denied the request.";
    sent_back(&answer, 303, "access_denied", description);
}

#[tokio::test]
async fn login_required_the_user_is_not_logged_in() {
    let description = "The client specified not to prompt, but the user is not logged in.";
    sent_back(&ask(&[("prompt", Some("none"))]).await, 302, "login_required", description);
}

#[tokio::test]
async fn login_required_the_client_app_requires_re_authentication_or_mfa() {
    let description =
        "The client specified not to prompt, but the client app requires re-authentication or MFA.";
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let silent = ("prompt", Some("none"));
    let mfa = browser.authorize(&[silent, ("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
    sent_back(&mfa, 302, "login_required", description);
    org.advance_clock(std::time::Duration::from_secs(60));
    let again = browser.authorize(&[silent, ("max_age", Some("50"))]).await;
    sent_back(&again, 302, "login_required", description);
}

#[tokio::test]
async fn consent_required_the_scopes_require_user_consent() {
    let app = App::spa("Careful").redirect_uri(CALLBACK).consent_required();
    let org = builder().app(app).start().await.expect("an org");
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[("scope", Some("openid"))]).await;
    let answer = browser
        .authorize(&[("prompt", Some("none")), ("scope", Some("openid orders:write orders:read"))])
        .await;
    let description = "The following scopes require user consent: [orders:write, orders:read].";
    sent_back(&answer, 302, "consent_required", description);
}

#[tokio::test]
async fn interaction_required_the_client_is_configured_to_use_the_interaction_code_flow() {
    let app = App::spa("Embedded").redirect_uri(CALLBACK).interaction_code_flow();
    let org = builder().app(app).start().await.expect("an org");
    let browser = Browser::new(&org);
    let description = "Your client is configured to use the interaction code flow and user interaction is required to \
        complete the request.";
    let answer = browser.authorize(&[("prompt", Some("none"))]).await;
    sent_back(&answer, 302, "interaction_required", description);
    browser.code_for(ALICE, &[]).await;
    browser.authorize(&[("prompt", Some("none"))]).await.code();
}

#[tokio::test]
async fn unmet_authentication_requirements_imposed_by_acr_values() {
    let description = "Unable to meet the authentication requirements imposed by 'acr_values' parameter.";
    let answer = ask(&[("acr_values", Some("phr phrh"))]).await;
    sent_back(&answer, 302, "unmet_authentication_requirements", description);
}

#[tokio::test]
async fn unsupported_response_type_not_supported_by_the_authorization_server() {
    let description =
        "The response type is not supported by the authorization server. Configured response types: [code].";
    for unsupported in [None, Some("magic")] {
        let answer = ask(&[("response_type", unsupported)]).await;
        sent_back(&answer, 302, "unsupported_response_type", description);
    }
}

#[tokio::test]
async fn unsupported_response_mode_not_supported_by_the_authorization_server() {
    let description = "The response mode is not supported by the authorization server. Valid response modes: [query, \
        fragment, form_post, okta_post_message].";
    let answer = ask(&[("response_mode", Some("pigeon"))]).await;
    sent_back(&answer, 302, "unsupported_response_mode", description);
}

#[tokio::test]
async fn people_who_may_are_let_through_where_others_are_not() {
    sign_in(still_org().await, BOB, &[]).await.code();
}
