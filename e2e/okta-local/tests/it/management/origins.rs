//! Trusted origins.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{Answer, http, org, text};

#[tokio::test]
async fn an_origin_is_trusted_while_it_is_active_and_has_cors() {
    let org = org().await;
    let body = json!({
        "name": "Shop", "origin": "http://shop.example", "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}],
    });
    let made = call(&org, Method::POST, "/trustedOrigins", &body).await.json();
    for name in ["name", "origin", "scopes"] {
        assert_eq!(made[name], body[name], "{name}");
    }
    let path = format!("/trustedOrigins/{}", text(&made, "id"));
    let is_trusted = async || {
        let request = http().get(format!("{}/v1/keys", org.issuer())).header("Origin", "http://shop.example");
        Answer::to(request).await.header("access-control-allow-origin").is_some()
    };
    assert!(is_trusted().await);
    let act = async |act: &str| {
        call(&org, Method::POST, &format!("{path}/lifecycle/{act}"), &json!({})).await.json()
    };
    assert_eq!((&act("deactivate").await["status"], is_trusted().await), (&json!("INACTIVE"), false));
    assert_eq!((&act("activate").await["status"], is_trusted().await), (&json!("ACTIVE"), true));
    let redirect = json!({"name": "Shop", "origin": "http://shop.example", "scopes": [{"type": "REDIRECT"}]});
    assert_eq!(call(&org, Method::PUT, &path, &redirect).await.status, 200);
    assert!(!is_trusted().await, "without CORS");
    assert_eq!(get(&org, &path).await["scopes"], redirect["scopes"]);
    let filter = "/trustedOrigins?filter=origin%20eq%20%22http://shop.example%22";
    assert_eq!(get(&org, filter).await[0]["id"], made["id"]);
    assert_eq!(get(&org, "/trustedOrigins?q=sho").await.as_array().unwrap().len(), 1);
    assert_eq!(call(&org, Method::POST, "/trustedOrigins", &body).await.status, 400, "there already");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn what_is_no_origin_is_named() {
    let org = org().await;
    let cors = json!([{"type": "CORS"}]);
    for (body, field) in [
        (json!({"name": "A", "origin": "http://a.example/shop", "scopes": cors}), "origin"),
        (json!({"name": "A", "origin": "a.example", "scopes": cors}), "origin"),
        (json!({"name": "", "origin": "http://a.example", "scopes": cors}), "name"),
        (json!({"name": "A", "origin": "http://a.example", "scopes": []}), "scopes"),
    ] {
        let error = call(&org, Method::POST, "/trustedOrigins", &body).await.json();
        assert_eq!(error["errorSummary"], format!("Api validation failed: {field}"), "{body}");
    }
}
