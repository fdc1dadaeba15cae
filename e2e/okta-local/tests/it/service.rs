//! A program that acts by itself: `client_credentials`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_local::{App, GrantType, Org, RunningOrg};
use okta_types::Form;
use serde_json::json;

use crate::browser::{Answer, Browser, CALLBACK, http, org, parts, post, text};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn form(scope: &str) -> Form {
    Form::new().with("grant_type", "client_credentials").with("scope", scope)
}

/// As Okta's guide asks for it: Basic, and nothing but grant and scope in the form.
async fn ask(org: &RunningOrg, scope: &str) -> Answer {
    let service = org.service_client();
    let header = basic(&service.client_id, service.client_secret.expose());
    post(org, "token", &form(scope), &[("Authorization", &header)]).await
}

#[track_caller]
fn check(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.error(), (error.to_owned(), description.to_owned()));
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"));
}

#[tokio::test]
async fn a_service_gets_an_access_token_and_nothing_else() {
    let org = org().await;
    let answer = ask(&org, "orders:read orders:write").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["token_type", "expires_in", "access_token", "scope"]);
    assert_eq!((text(&body, "token_type"), body["expires_in"].as_u64()), ("Bearer", Some(3600)));
    assert_eq!(text(&body, "scope"), "orders:read orders:write");
    let (header, claims) = parts(text(&body, "access_token"));
    assert_eq!(header.as_object().unwrap().len(), 2);
    let id = org.service_client().client_id;
    assert_eq!((text(&claims, "cid"), text(&claims, "sub")), (id.as_str(), id.as_str()));
    assert_eq!((text(&claims, "aud"), text(&claims, "iss")), ("api://default", org.issuer().as_str()));
    assert_eq!(claims["scp"], json!(["orders:read", "orders:write"]));
    for personal in ["uid", "groups", "auth_time", "acr", "nonce"] {
        assert!(claims.get(personal).is_none(), "{personal}: {claims}");
    }
    assert_eq!(org.token_requests(GrantType::ClientCredentials), 1);
}

#[tokio::test]
async fn the_secret_may_come_in_the_form() {
    let org = org().await;
    let service = org.service_client();
    let form = form("orders:read").with("client_id", &service.client_id);
    let form = form.with("client_secret", service.client_secret.expose());
    assert_eq!(post(&org, "token", &form, &[]).await.status, 200);
}

#[tokio::test]
async fn credentials_that_are_not_the_clients_are_refused() {
    let org = org().await;
    let service = org.service_client();
    let (id, secret) = (service.client_id.as_str(), service.client_secret.expose());
    let with =
        async |header: &str| post(&org, "token", &form("orders:read"), &[("Authorization", header)]).await;
    let wrong = "The client secret supplied for a confidential client is invalid.";
    let answer = with(&basic(id, "nope")).await;
    check(&answer, 401, "invalid_client", wrong);
    assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"okta\""));
    check(&with(&basic(id, &secret[1..])).await, 401, "invalid_client", wrong);
    let no_credentials = "Found Authentication header but was not valid client credentials.";
    check(&with(&basic("0oaNobody", secret)).await, 401, "invalid_client", no_credentials);
    check(&with("Basic ***").await, 401, "invalid_client", no_credentials);
    check(&with(&format!("Bearer {secret}")).await, 401, "invalid_client", no_credentials);
    let public = "Client authentication failed. Either the client or the client credentials are invalid.";
    check(&with(&basic(org.client_id(), secret)).await, 401, "invalid_client", public);
    let alone = post(&org, "token", &form("orders:read").with("client_id", id), &[]).await;
    check(&alone, 401, "invalid_client", "No client credentials found.");
    assert_eq!(alone.header("www-authenticate"), None);
    let posted = form("orders:read").with("client_id", id).with("client_secret", "nope");
    check(&post(&org, "token", &posted, &[]).await, 401, "invalid_client", wrong);
}

#[tokio::test]
async fn one_way_to_authenticate_is_enough() {
    let org = org().await;
    let service = org.service_client();
    let header = basic(&service.client_id, service.client_secret.expose());
    let description = "Cannot supply multiple client credentials. Use one of the following: credentials in the \
        Authorization header, credentials in the post body, or a client_assertion in the post body.";
    for name in ["client_id", "client_secret", "client_assertion"] {
        let both = form("orders:read").with(name, &service.client_id);
        let answer = post(&org, "token", &both, &[("Authorization", &header)]).await;
        check(&answer, 401, "invalid_request", description);
    }
}

#[tokio::test]
async fn scopes_of_people_are_not_for_services() {
    let org = org().await;
    let openid = "Cannot request 'openid' scopes using client credentials.";
    check(&ask(&org, "openid").await, 400, "invalid_scope", openid);
    check(&ask(&org, "orders:read profile").await, 400, "invalid_scope", openid);
    let offline = "The following scopes are not allowed for this request: [offline_access].";
    check(&ask(&org, "orders:read offline_access").await, 400, "invalid_scope", offline);
    let unknown = "One or more scopes are not configured for the authorization server resource.";
    check(&ask(&org, "orders:delete").await, 400, "invalid_scope", unknown);
    let none = "The authorization server resource does not have any configured default scopes, 'scope' must be \
        provided.";
    check(&ask(&org, "").await, 400, "invalid_scope", none);
}

#[tokio::test]
async fn each_kind_of_app_has_its_own_grants() {
    let org = org().await;
    let public = form("orders:read").with("client_id", org.client_id());
    let description = "The client is not authorized to use the provided grant type. Configured grant types: \
        [authorization_code, refresh_token].";
    check(&post(&org, "token", &public, &[]).await, 400, "unauthorized_client", description);
    let service = org.service_client();
    let header = basic(&service.client_id, service.client_secret.expose());
    let code = Form::new().with("grant_type", "authorization_code").with("code", "x");
    let answer = post(&org, "token", &code, &[("Authorization", &header)]).await;
    let description = "The client is not authorized to use the provided grant type. Configured grant types: \
        [client_credentials].";
    check(&answer, 400, "unauthorized_client", description);
    let page = Browser::new(&org).authorize(&[("client_id", Some(&service.client_id))]).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("are not allowed to access the"), "{page:?}");
}

#[tokio::test]
async fn pages_of_browsers_cannot_act_as_a_service() {
    let org = org().await;
    let service = org.service_client();
    let header = basic(&service.client_id, service.client_secret.expose());
    let headers = [("Authorization", header.as_str()), ("Origin", "http://localhost:8080")];
    let answer = post(&org, "token", &form("orders:read"), &headers).await;
    assert_eq!((answer.status.as_u16(), answer.error().0.as_str()), (400, "invalid_request"));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_service_sees_and_revokes_its_own_token_only() {
    let org = org().await;
    let service = org.service_client();
    let header = basic(&service.client_id, service.client_secret.expose());
    let token = text(&ask(&org, "orders:read").await.json(), "access_token").to_owned();
    let shown = Form::new().with("token", &token);
    let inspect = async || post(&org, "introspect", &shown, &[("Authorization", &header)]).await.json();
    let told = inspect().await;
    assert_eq!((told["active"].as_bool(), text(&told, "sub")), (Some(true), service.client_id.as_str()));
    assert!(told.get("uid").is_none() && told.get("username").is_none(), "{told}");
    let foreign = Form::new().with("token", &token).with("client_id", org.client_id());
    assert_eq!(post(&org, "introspect", &foreign, &[]).await.json(), json!({"active": false}));
    let userinfo = http().get(format!("{}/v1/userinfo", org.issuer())).bearer_auth(&token);
    assert_eq!(Answer::to(userinfo).await.status, 401);
    assert_eq!(post(&org, "revoke", &shown, &[("Authorization", &header)]).await.status, 200);
    assert_eq!(inspect().await, json!({"active": false}));
}

#[tokio::test]
async fn people_may_have_the_custom_scopes_too() {
    let org = org().await;
    let scope = ("scope", Some("openid orders:read orders:write"));
    let code = Browser::new(&org).code_for("alice@example.com", &[scope]).await;
    let tokens = crate::browser::redeem(&org, &code, &[]).await.json();
    assert_eq!(text(&tokens, "scope"), "openid orders:read orders:write");
}

#[tokio::test]
async fn the_seeded_service_is_the_same_each_time_and_keeps_its_secret() {
    let (one, other) = (org().await.service_client(), org().await.service_client());
    assert_eq!(one.client_id, other.client_id);
    assert_eq!(one.client_secret.expose(), other.client_secret.expose());
    assert!(one.client_id.starts_with("0oa") && one.client_id.len() == 20);
    assert!(!format!("{one:?}").contains(one.client_secret.expose()));
}

#[tokio::test]
async fn a_service_of_ones_own_takes_the_seeded_ones_place() {
    let org = Org::builder().app(App::service("Nightly export")).start().await.unwrap();
    assert_eq!(org.client_id_of("Nightly export"), Some(org.service_client().client_id));
    assert_eq!(org.client_id_of("Grove backend"), None);
    assert_eq!(org.client_id_of("Grove").as_deref(), Some(org.client_id()));
    let spa_too = Org::builder().app(App::service("S")).app(App::spa("A").redirect_uri(CALLBACK));
    let org = spa_too.start().await.unwrap();
    assert_eq!(org.client_id_of("A").as_deref(), Some(org.client_id()));
}
