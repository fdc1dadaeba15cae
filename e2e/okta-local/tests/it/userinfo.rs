use std::time::Duration;

use okta_local::RunningOrg;
use serde_json::json;

use crate::browser::{ALICE, Answer, ORIGIN, http, org, parts, text, tokens};

const INVALID: &str = "Bearer error=\"invalid_token\", error_description=\"The access token is invalid\"";

async fn userinfo(org: &RunningOrg, authorization: &str) -> Answer {
    let request = http().get(format!("{}/v1/userinfo", org.issuer())).header("Origin", ORIGIN);
    let request =
        if authorization.is_empty() { request } else { request.header("Authorization", authorization) };
    Answer::to(request).await
}

#[tokio::test]
async fn the_bearer_is_told_what_the_scopes_cover() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let answer = userinfo(&org, &format!("Bearer {}", text(&tokens, "access_token"))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let claims = answer.json();
    assert_eq!(claims["sub"], parts(text(&tokens, "id_token")).1["sub"]);
    assert_eq!((text(&claims, "email"), claims["email_verified"].as_bool()), (ALICE, Some(true)));
    assert_eq!((text(&claims, "given_name"), text(&claims, "family_name")), ("Alice", "Shopper"));
    assert!(claims["updated_at"].is_i64());
}

#[tokio::test]
async fn a_token_that_is_not_good_gets_an_empty_401() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let access = text(&tokens, "access_token").to_owned();
    let foreign = org.mint_access_token(|claims| _ = claims.insert("iss".into(), json!("https://evil.test")));
    for bad in [
        "",
        "Bearer",
        "Bearer garbage",
        &format!("Basic {access}"),
        &format!("Bearer {}", text(&tokens, "id_token")),
        &format!("Bearer {}", text(&tokens, "refresh_token")),
        &format!("Bearer {foreign}"),
        &format!("Bearer {}x", access),
    ] {
        let answer = userinfo(&org, bad).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (401, ""), "{bad}");
        assert_eq!(answer.header("www-authenticate"), Some(INVALID));
        assert_eq!(answer.header("access-control-expose-headers"), Some("WWW-Authenticate, DPoP-Nonce"));
    }
    org.advance_clock(Duration::from_secs(3600));
    assert_eq!(userinfo(&org, &format!("Bearer {access}")).await.status, 401);
}

#[tokio::test]
async fn a_token_without_openid_gets_403() {
    let org = org().await;
    let token = org.mint_access_token(|claims| _ = claims.insert("scp".into(), json!(["api"])));
    let answer = userinfo(&org, &format!("Bearer {token}")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (403, ""));
    assert_eq!(
        answer.header("www-authenticate"),
        Some(
            "Bearer error=\"insufficient_scope\", error_description=\"The access token must provide access to at \
             least one of these scopes - profile, email, address or phone\""
        )
    );
}
