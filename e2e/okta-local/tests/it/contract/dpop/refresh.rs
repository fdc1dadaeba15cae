//! Refresh tokens are bound to the key of the sign-in, for good.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::wire::refused;
use super::client::{Client, Key, org};
use crate::browser::{parts, text};
use crate::management::{call, get};

const OTHER_KEY: &str = "Invalid DPoP Public Key binding in refresh token";

#[tokio::test]
async fn a_renewal_proves_the_same_key_and_another_one_is_refused() {
    let org = org().await;
    let client = Client::new(&org);
    let first = client.sign_in().await;
    let form = client.renewal(text(&first, "refresh_token"));
    let other = Key::new();
    let stolen = client.proof().header("jwk", other.jwk()).sign(&other);
    refused(&client.post(&form, &[&stolen]).await, 400, "invalid_dpop_proof", OTHER_KEY);
    let missing = "The DPoP proof JWT header is missing.";
    refused(&client.post(&form, &[]).await, 400, "invalid_dpop_proof", missing);
    let renewed = client.ask(&form).await.json();
    assert_eq!(renewed["token_type"], "DPoP");
    let claims = parts(text(&renewed, "access_token")).1;
    assert_eq!(claims["cnf"], json!({"jkt": client.key.thumbprint()}));
}

#[tokio::test]
async fn a_bad_proof_does_not_use_a_refresh_token() {
    let org = org().await;
    org.set_refresh_grace(Duration::ZERO);
    let client = Client::new(&org);
    let first = client.sign_in().await;
    let form = client.renewal(text(&first, "refresh_token"));
    for bad in [client.proof().claim("htm", "GET"), client.proof().claim("nonce", "none")] {
        assert_eq!(client.post(&form, &[&bad.sign(&client.key)]).await.status, 400);
    }
    let other = Key::new();
    client.post(&form, &[&client.proof().header("jwk", other.jwk()).sign(&other)]).await;
    assert_eq!(client.ask(&form).await.status, 200);
    assert_eq!(client.ask(&form).await.error().0, "invalid_grant", "it was used by now");
}

#[tokio::test]
async fn a_bound_refresh_token_stays_bound_when_the_setting_is_off() {
    let org = org().await;
    let client = Client::new(&org);
    let first = client.sign_in().await;
    set_bound(&client, false).await;
    let form = client.renewal(text(&first, "refresh_token"));
    assert_eq!(client.post(&form, &[]).await.error().0, "invalid_dpop_proof");
    assert_eq!(client.ask(&form).await.json()["token_type"], "DPoP");
}

#[tokio::test]
async fn a_refresh_token_from_before_the_setting_is_bound_by_its_next_use() {
    let org = org().await;
    let client = Client::new(&org);
    set_bound(&client, false).await;
    let first = client.sign_in().await;
    assert_eq!(first["token_type"], "Bearer");
    set_bound(&client, true).await;
    let second = client.ask(&client.renewal(text(&first, "refresh_token"))).await.json();
    assert_eq!(second["token_type"], "DPoP");
    let other = Key::new();
    let stolen = client.proof().header("jwk", other.jwk()).sign(&other);
    let form = client.renewal(text(&second, "refresh_token"));
    refused(&client.post(&form, &[&stolen]).await, 400, "invalid_dpop_proof", OTHER_KEY);
}

/// Changes the app's setting as an administrator does.
async fn set_bound(client: &Client<'_>, bound: bool) {
    let path = format!("/apps/{}", client.org.client_id());
    let mut app: Value = get(client.org, &path).await;
    app["settings"]["oauthClient"]["dpop_bound_access_tokens"] = json!(bound);
    assert_eq!(call(client.org, reqwest::Method::PUT, &path, &app).await.status, 200);
    let shown = get(client.org, &path).await;
    assert_eq!(shown["settings"]["oauthClient"]["dpop_bound_access_tokens"], bound);
}
