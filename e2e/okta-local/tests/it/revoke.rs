use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_types::Form;
use serde_json::json;

use crate::browser::{ORIGIN, introspect, org, post, refresh, text, tokens};

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

/// Okta's JavaScript SDK names a public client so, by its id alone or with an empty secret.
#[tokio::test]
async fn a_public_client_may_name_itself_by_http_basic() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let (access, renewal) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    for shown in [org.client_id().to_owned(), format!("{}:", org.client_id())] {
        let header = format!("Basic {}", STANDARD.encode(shown));
        let headers = [("Authorization", header.as_str()), ("Origin", ORIGIN)];
        let told = post(&org, "introspect", &Form::new().with("token", access), &headers).await;
        assert_eq!(told.json()["active"], true, "{told:?}");
        let form = Form::new().with("grant_type", "refresh_token").with("refresh_token", renewal);
        let renewed = post(&org, "token", &form, &headers).await;
        assert_eq!(renewed.status, 200, "{renewed:?}");
        assert_eq!(renewed.header("access-control-allow-origin"), Some(ORIGIN));
        let form = Form::new().with("token", text(&renewed.json(), "access_token"));
        assert_eq!(post(&org, "revoke", &form, &headers).await.status, 200);
    }
    let service = org.service_client();
    for (shown, description) in [
        (
            org.client_id().to_owned() + ":secret",
            "Client authentication failed. Either the client or the client credentials are invalid.",
        ),
        (service.client_id.clone(), "Found Authentication header but was not valid client credentials."),
        (service.client_id.clone() + ":", "The client secret supplied for a confidential client is invalid."),
        ("0oanobody".to_owned(), "Found Authentication header but was not valid client credentials."),
    ] {
        let header = format!("Basic {}", STANDARD.encode(&shown));
        let form = Form::new().with("token", access);
        let refused = post(&org, "revoke", &form, &[("Authorization", &header)]).await;
        assert_eq!((refused.status.as_u16(), refused.error().1.as_str()), (401, description), "{shown}");
    }
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
