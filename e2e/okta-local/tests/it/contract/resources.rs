//! `/userinfo`, `/keys`, `/introspect` and `/revoke` (okta 4.6).

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::{JSON, head, like, refused};
use crate::browser::{
    ALICE, Answer, Browser, ORIGIN, SCOPES, http, introspect, org, parts, post, redeem, refresh, still_org,
    text, tokens,
};

/// `/userinfo` as a page of that origin asks it.
async fn userinfo(org: &RunningOrg, token: &str, origin: &str) -> Answer {
    let request = http().get(format!("{}/v1/userinfo", org.issuer())).header("Origin", origin);
    Answer::to(if token.is_empty() { request } else { request.bearer_auth(token) }).await
}

#[tokio::test]
async fn userinfo_has_the_whole_set_in_oktas_order() {
    let org = still_org().await;
    let scope = "openid profile email address phone";
    let code = Browser::new(org).code_for(ALICE, &[("scope", Some(scope))]).await;
    let tokens = redeem(org, &code, &[]).await.json();
    let answer = userinfo(org, text(&tokens, "access_token"), ORIGIN).await;
    head(&answer, 200, &JSON);
    let sub = text(&parts(text(&tokens, "id_token")).1, "sub").to_owned();
    let pattern = format!(
        r#"{{"sub":"{sub}","name":"Alice Shopper","preferred_username":"{ALICE}","given_name":"Alice","family_name":"Shopper","zoneinfo":"America/Los_Angeles","locale":"en_US","updated_at":…,"email":"{ALICE}","email_verified":true,"address":{{"#
    );
    let (before, rest) = answer.body.split_once("\"address\":{").expect("an address");
    like(&format!("{before}\"address\":{{"), &pattern);
    let (address, phone) = rest.split_once("},").expect("its end");
    let address: Value = serde_json::from_str(&format!("{{{address}}}")).expect("JSON");
    let members = ["country", "locality", "postal_code", "region", "street_address"];
    assert_eq!(super::wire::names(&address), members);
    like(phone, r#""phone_number":"…"}"#);
}

#[tokio::test]
async fn userinfo_answers_401_with_an_empty_body_and_a_challenge() {
    let org = org().await;
    let access = text(&tokens(&org).await, "access_token").to_owned();
    let headers = [
        (
            "www-authenticate",
            "Bearer error=\"invalid_token\", error_description=\"The access token is invalid\"",
        ),
        ("content-type", ""),
        ("access-control-allow-origin", ORIGIN),
        ("access-control-expose-headers", "WWW-Authenticate, DPoP-Nonce"),
    ];
    let foreign = org.mint_access_token(|claims| _ = claims.insert("iss".into(), json!("http://localhost")));
    for bad in ["garbage", &format!("{access}x"), &foreign] {
        let answer = userinfo(&org, bad, ORIGIN).await;
        head(&answer, 401, &headers);
        assert_eq!(answer.body, "");
    }
    org.advance_clock(Duration::from_secs(3600));
    head(&userinfo(&org, &access, ORIGIN).await, 401, &headers);
}

#[tokio::test]
async fn userinfo_answers_403_to_a_token_without_its_scopes() {
    let org = still_org().await;
    let token = org.mint_access_token(|claims| _ = claims.insert("scp".into(), json!(["orders:read"])));
    let answer = userinfo(org, &token, ORIGIN).await;
    let challenge = "Bearer error=\"insufficient_scope\", error_description=\"The access token must provide access to \
        at least one of these scopes - profile, email, address or phone\"";
    head(&answer, 403, &[("www-authenticate", challenge), ("content-type", "")]);
    assert_eq!(answer.body, "");
}

#[tokio::test]
async fn userinfo_needs_openid() {
    let org = still_org().await;
    let with = |scopes: Value| org.mint_access_token(|claims| _ = claims.insert("scp".into(), scopes));
    assert_eq!(userinfo(org, &with(json!(["profile", "email"])), ORIGIN).await.status, 403);
    let answer = userinfo(org, &with(json!(["openid"])), ORIGIN).await;
    like(&answer.body, r#"{"sub":"00u…"}"#);
}

#[tokio::test]
async fn userinfo_and_keys_are_shared_with_trusted_origins() {
    let org = still_org().await;
    let token = org.mint_access_token(|_| ());
    let keys = async |origin: &str| {
        Answer::to(http().get(format!("{}/v1/keys", org.issuer())).header("Origin", origin)).await
    };
    let shared = [("access-control-allow-origin", ORIGIN), ("vary", "Origin")];
    let alone = [("access-control-allow-origin", ""), ("vary", "Origin")];
    head(&userinfo(org, &token, ORIGIN).await, 200, &shared);
    head(&userinfo(org, &token, "http://evil.example").await, 200, &alone);
    head(&keys(ORIGIN).await, 200, &shared);
    head(&keys("http://evil.example").await, 200, &alone);
}

async fn keys(org: &RunningOrg) -> Answer {
    Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await
}

#[tokio::test]
async fn keys_are_two_or_three_with_oktas_members_in_order() {
    let org = org().await;
    let key = r#"{"kty":"RSA","alg":"RS256","kid":"…","use":"sig","e":"AQAB","n":"…"}"#;
    like(&keys(&org).await.body, &format!(r#"{{"keys":[{key},{key}]}}"#));
    org.rotate_keys();
    like(&keys(&org).await.body, &format!(r#"{{"keys":[{key},{key},{key}]}}"#));
}

#[tokio::test]
async fn keys_may_be_kept_until_the_next_rotation() {
    let org = org().await;
    let max_age = async || {
        let answer = keys(&org).await;
        head(&answer, 200, &[("content-type", "application/json"), ("x-rate-limit-limit", "")]);
        let text = answer.header("cache-control").and_then(|value| value.strip_prefix("max-age="));
        let text = text.and_then(|value| value.strip_suffix(", must-revalidate")).expect("a time");
        text.parse::<i64>().expect("seconds")
    };
    assert!((3_832_299..=3_832_304).contains(&max_age().await));
    org.advance_clock(Duration::from_secs(3_000_000));
    assert!((832_299..=832_304).contains(&max_age().await), "it counts down");
}

#[tokio::test]
async fn the_next_key_is_published_ahead() {
    let org = org().await;
    let kids = async || {
        let keys = keys(&org).await.json();
        let kid = |key: &Value| text(key, "kid").to_owned();
        keys["keys"].as_array().expect("keys").iter().map(kid).collect::<Vec<_>>()
    };
    let before = kids().await;
    org.rotate_keys();
    let (header, _) = parts(text(&tokens(&org).await, "access_token"));
    assert_eq!(header["kid"], before[1]);
    assert!(kids().await.contains(&before[0]), "what the former one signed is still verified");
}

#[tokio::test]
async fn introspection_of_a_good_access_token_is_complete_and_in_order() {
    let org = still_org().await;
    let tokens = tokens(org).await;
    let form = Form::new().with("token", text(&tokens, "access_token")).with("client_id", org.client_id());
    let uid = text(&parts(text(&tokens, "access_token")).1, "uid").to_owned();
    let pattern = format!(
        r#"{{"active":true,"scope":"{SCOPES}","username":"{ALICE}","exp":…,"iat":…,"sub":"{ALICE}","aud":"api://default","iss":"{}","jti":"AT.…","token_type":"Bearer","client_id":"{}","uid":"{uid}"}}"#,
        org.issuer(),
        org.client_id(),
    );
    for hint in [None, Some("access_token"), Some("refresh_token"), Some("nonsense")] {
        let answer = post(org, "introspect", &form.clone().with_some("token_type_hint", hint), &[]).await;
        head(&answer, 200, &JSON);
        like(&answer.body, &pattern);
    }
}

#[tokio::test]
async fn introspection_of_a_refresh_token_has_no_issuer_audience_or_time_of_issue() {
    let org = still_org().await;
    let told = introspect(org, text(&tokens(org).await, "refresh_token")).await;
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!(ALICE)));
    assert!(["aud", "iss", "iat"].iter().all(|name| told.get(name).is_none()), "{told}");
}

#[tokio::test]
async fn introspection_of_an_id_token_tells_its_own_client_about_it_until_it_ends() {
    let org = crate::browser::org().await;
    let tokens = tokens(&org).await;
    let form = Form::new().with("token", text(&tokens, "id_token")).with("client_id", org.client_id());
    let uid = text(&parts(text(&tokens, "access_token")).1, "uid").to_owned();
    let pattern = format!(
        r#"{{"active":true,"username":"{ALICE}","exp":…,"iat":…,"sub":"{uid}","aud":"{id}","iss":"{}","jti":"ID.…","token_type":"Bearer","client_id":"{id}","uid":"{uid}"}}"#,
        org.issuer(),
        id = org.client_id(),
    );
    for hint in [None, Some("id_token"), Some("access_token")] {
        let answer = post(&org, "introspect", &form.clone().with_some("token_type_hint", hint), &[]).await;
        head(&answer, 200, &JSON);
        like(&answer.body, &pattern);
    }
    let service = org.service_client();
    let other = Form::new().with("token", text(&tokens, "id_token")).with("client_id", &service.client_id);
    let other = other.with("client_secret", service.client_secret.expose());
    assert_eq!(post(&org, "introspect", &other, &[]).await.body, r#"{"active":false}"#);
    org.advance_clock(std::time::Duration::from_secs(3601));
    assert_eq!(post(&org, "introspect", &form, &[]).await.body, r#"{"active":false}"#);
}

#[tokio::test]
async fn introspection_of_anything_else_says_no_more_than_that() {
    let org = still_org().await;
    let foreign = org.mint_access_token(|claims| _ = claims.insert("iss".into(), json!("http://localhost")));
    for token in ["garbage", "a.b.c", &foreign] {
        let form = Form::new().with("token", token).with("client_id", org.client_id());
        let answer = post(org, "introspect", &form, &[]).await;
        head(&answer, 200, &JSON);
        assert_eq!(answer.body, r#"{"active":false}"#);
    }
}

#[tokio::test]
async fn introspection_and_revocation_ask_who_calls_and_what_about() {
    let org = still_org().await;
    for endpoint in ["introspect", "revoke"] {
        let ask = async |form: &Form| post(org, endpoint, form, &[]).await;
        let nobody = ask(&Form::new().with("token", "x")).await;
        refused(&nobody, 401, "invalid_client", "No client credentials found.");
        let unknown = ask(&Form::new().with("token", "x").with("client_id", "0oaNobody")).await;
        refused(&unknown, 401, "invalid_client", "Invalid value for 'client_id' parameter.");
        let nothing = ask(&Form::new().with("client_id", org.client_id())).await;
        refused(&nothing, 400, "invalid_request", "The 'token' parameter is required.");
    }
}

/// The tokens and what `/revoke` answers to one of them.
async fn revoke(org: &RunningOrg, name: &str) -> Value {
    let tokens = tokens(org).await;
    let form = Form::new().with("client_id", org.client_id()).with("token", text(&tokens, name));
    let answer = post(org, "revoke", &form.with("token_type_hint", name), &[]).await;
    head(&answer, 200, &[("content-type", "")]);
    assert_eq!(answer.body, "");
    tokens
}

#[tokio::test]
async fn revocation_of_a_refresh_token_kills_its_access_tokens() {
    let org = still_org().await;
    let tokens = revoke(org, "refresh_token").await;
    assert_eq!(introspect(org, text(&tokens, "access_token")).await, json!({"active": false}));
    let answer = refresh(org, text(&tokens, "refresh_token"), &[]).await;
    refused(&answer, 400, "invalid_grant", "The refresh token is invalid or expired.");
}

#[tokio::test]
async fn revocation_of_an_access_token_leaves_the_refresh_token() {
    let org = still_org().await;
    let tokens = revoke(org, "access_token").await;
    assert_eq!(introspect(org, text(&tokens, "access_token")).await, json!({"active": false}));
    assert_eq!(refresh(org, text(&tokens, "refresh_token"), &[]).await.status, 200);
}

#[tokio::test]
async fn revocation_of_an_unknown_token_is_as_good_and_of_anothers_is_refused() {
    let org = still_org().await;
    let unknown = Form::new().with("client_id", org.client_id()).with("token", "unknown");
    let answer = post(org, "revoke", &unknown, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    let other = org.client_id_of("Other").expect("the other app");
    let tokens = tokens(org).await;
    for token in ["access_token", "refresh_token"] {
        let form = Form::new().with("client_id", &other).with("token", text(&tokens, token));
        assert_eq!(post(org, "revoke", &form, &[]).await.status, 400);
        assert_eq!(introspect(org, text(&tokens, token)).await["active"], true);
    }
}

#[tokio::test]
async fn userinfo_takes_other_methods_than_get_and_post_for_a_mistake() {
    let org = still_org().await;
    let request = http().request(Method::DELETE, format!("{}/v1/userinfo", org.issuer()));
    assert_eq!(Answer::to(request).await.status, 405);
}
