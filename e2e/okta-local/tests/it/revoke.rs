use okta_types::Form;
use serde_json::json;

use crate::browser::{introspect, org, post, refresh, text, tokens};

#[tokio::test]
async fn a_refresh_token_takes_its_access_tokens_along() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let form = Form::new().with("client_id", org.client_id()).with("token", text(&tokens, "refresh_token"));
    let answer = post(&org, "revoke", &form, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await, json!({"active": false}));
    assert_eq!(introspect(&org, text(&tokens, "refresh_token")).await, json!({"active": false}));
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.error().0, "invalid_grant");
    assert_eq!(post(&org, "revoke", &form, &[]).await.status, 200, "again is fine");
}

#[tokio::test]
async fn an_access_token_goes_alone() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let form = Form::new().with("client_id", org.client_id()).with("token", text(&tokens, "access_token"));
    assert_eq!(post(&org, "revoke", &form, &[]).await.status, 200);
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], false);
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.status, 200);
}

#[tokio::test]
async fn unknown_tokens_are_as_good_as_revoked_and_the_rest_has_its_words() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let client = Form::new().with("client_id", org.client_id());
    assert_eq!(post(&org, "revoke", &client.clone().with("token", "nope"), &[]).await.status, 200);
    let missing = post(&org, "revoke", &client, &[]).await;
    assert_eq!(
        (missing.status.as_u16(), missing.error().1.as_str()),
        (400, "The 'token' parameter is required.")
    );
    let nobody = post(&org, "revoke", &Form::new().with("token", "nope"), &[]).await;
    assert_eq!((nobody.status.as_u16(), nobody.error().0.as_str()), (401, "invalid_client"));
    let other = org.client_id_of("Other").unwrap();
    for token in ["refresh_token", "access_token"] {
        let form = Form::new().with("client_id", &other).with("token", text(&tokens, token));
        assert_eq!(post(&org, "revoke", &form, &[]).await.status, 400, "{token}");
    }
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], true);
}

#[tokio::test]
async fn introspection_tells_a_tokens_own_client_about_it() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let access = introspect(&org, text(&tokens, "access_token")).await;
    assert_eq!((access["active"].as_bool(), text(&access, "token_type")), (Some(true), "Bearer"));
    assert_eq!(text(&access, "scope"), "openid profile email offline_access");
    assert_eq!((text(&access, "username"), text(&access, "aud")), ("alice@example.com", "api://default"));
    let refresh = introspect(&org, text(&tokens, "refresh_token")).await;
    assert_eq!((refresh["active"].as_bool(), refresh.get("iat")), (Some(true), None));
    let other = Form::new().with("client_id", &org.client_id_of("Other").unwrap());
    for token in ["access_token", "refresh_token"] {
        let form = other.clone().with("token", text(&tokens, token));
        assert_eq!(post(&org, "introspect", &form, &[]).await.json(), json!({"active": false}));
    }
}
