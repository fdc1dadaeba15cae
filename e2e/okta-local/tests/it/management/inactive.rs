//! What was deactivated has no effect until it is active again.

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{Answer, Browser, ORIGIN, http, introspect, org, post, refresh, serve, text, tokens};

async fn act(org: &RunningOrg, path: &str, act: &str) {
    let answer = call(org, Method::POST, &format!("{path}/lifecycle/{act}"), &json!({})).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn user_info(org: &RunningOrg, token: &str) -> u16 {
    let request = http().get(format!("{}/v1/userinfo", org.issuer()));
    Answer::to(request.header("Authorization", format!("Bearer {token}"))).await.status.as_u16()
}

/// Whether a browser may post to an endpoint from a page of the app's origin.
async fn is_let_through(org: &RunningOrg, endpoint: &str) -> bool {
    let request = http().request(Method::OPTIONS, format!("{}/v1/{endpoint}", org.issuer()));
    let request = request.header("Origin", ORIGIN).header("Access-Control-Request-Method", "POST");
    Answer::to(request).await.header("access-control-allow-origin").is_some()
}

#[tokio::test]
async fn an_inactive_app_is_unknown_to_every_endpoint() {
    let org = org().await;
    let origins = get(&org, "/trustedOrigins").await;
    for origin in origins.as_array().unwrap() {
        let path = format!("/trustedOrigins/{}", text(origin, "id"));
        assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    }
    let tokens = tokens(&org).await;
    let (access, renewal) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    assert_eq!((user_info(&org, access).await, is_let_through(&org, "token").await), (200, true));
    let path = format!("/apps/{}", org.client_id());
    act(&org, &path, "deactivate").await;
    assert_eq!(refresh(&org, renewal, &[]).await.error().0, "invalid_client");
    assert_eq!(introspect(&org, access).await["error"], "invalid_client");
    let form = Form::new().with("token", access).with("client_id", org.client_id());
    assert_eq!(post(&org, "revoke", &form, &[]).await.error().0, "invalid_client");
    assert_eq!((user_info(&org, access).await, is_let_through(&org, "token").await), (401, false));
    assert_eq!(Browser::new(&org).authorize(&[]).await.status, 400);
    act(&org, &path, "activate").await;
    assert_eq!((user_info(&org, access).await, is_let_through(&org, "token").await), (200, true));
    assert_eq!(refresh(&org, renewal, &[]).await.status, 200);
}

#[tokio::test]
async fn an_inactive_service_gets_no_token() {
    let org = org().await;
    let path = format!("/apps/{}", org.service_client().client_id);
    act(&org, &path, "deactivate").await;
    assert_eq!(serve(&org, Some("orders:read")).await.error().0, "invalid_client");
    act(&org, &path, "activate").await;
    assert_eq!(serve(&org, Some("orders:read")).await.status, 200);
}

#[tokio::test]
async fn an_inactive_server_is_not_found_at_any_endpoint() {
    let org = org().await;
    let tokens = tokens(&org).await;
    act(&org, "/authorizationServers/default", "deactivate").await;
    let issuer = org.issuer();
    for path in [".well-known/openid-configuration", ".well-known/oauth-authorization-server", "v1/keys"] {
        assert_eq!(Answer::to(http().get(format!("{issuer}/{path}"))).await.status, 404, "{path}");
    }
    for endpoint in ["token", "introspect", "revoke", "logout"] {
        assert_eq!(post(&org, endpoint, &Form::new(), &[]).await.status, 404, "{endpoint}");
    }
    assert_eq!(user_info(&org, text(&tokens, "access_token")).await, 404);
    let refused = Browser::new(&org).authorize(&[]).await;
    let words = "Not found: Resource not found: default (AuthorizationServer)";
    assert_eq!((refused.status.as_u16(), &refused.json()["errorSummary"]), (404, &json!(words)));
    act(&org, "/authorizationServers/default", "activate").await;
    assert_eq!(user_info(&org, text(&tokens, "access_token")).await, 200);
}

#[tokio::test]
async fn a_status_may_stand_in_the_body_too() {
    let org = org().await;
    let mut body = json!({
        "name": "Shop", "origin": "http://shop.example", "scopes": [{"type": "CORS"}], "status": "INACTIVE",
    });
    let made = call(&org, Method::POST, "/trustedOrigins", &body).await.json();
    assert_eq!(made["status"], "INACTIVE");
    let path = format!("/trustedOrigins/{}", text(&made, "id"));
    body["status"] = json!("ACTIVE");
    assert_eq!(call(&org, Method::PUT, &path, &body).await.json()["status"], "ACTIVE");
    body["status"] = Value::Null;
    assert_eq!(call(&org, Method::PUT, &path, &body).await.json()["status"], "ACTIVE", "it stays");
    for (path, mut body) in [
        (path.as_str(), body),
        ("/authorizationServers/default/claims", json!({"name": "c", "claimType": "RESOURCE"})),
        ("/authorizationServers/default/policies", json!({"type": "OAUTH_AUTHORIZATION_POLICY"})),
    ] {
        body["status"] = json!("ASLEEP");
        let method = if path.starts_with("/trusted") { Method::PUT } else { Method::POST };
        assert_eq!(call(&org, method, path, &body).await.json()["errorCode"], "E0000003", "{path}");
    }
}
