use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use okta_local::RunningOrg;
use okta_types::at_hash;
use serde_json::{Value, json};

use crate::browser::{ALICE, Browser, org, parts, redeem, refresh, text, tokens};

/// Verifies with a library nobody here wrote.
fn verified(org: &RunningOrg, token: &str, audience: &str) -> Value {
    let kid = decode_header(token).ok().and_then(|header| header.kid).expect("a key id");
    let keys = org.public_keys();
    let key = keys.find(&kid).expect("a published key");
    let (n, e) = key.n.as_deref().zip(key.e.as_deref()).expect("an RSA key");
    let key = DecodingKey::from_rsa_components(n, e).expect("a usable key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[org.issuer().as_str()]);
    decode::<Value>(token, &key, &validation).expect("a good token").claims
}

#[tokio::test]
async fn an_access_token_is_as_okta_makes_it() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let claims = verified(&org, text(&tokens, "access_token"), "api://default");
    assert_eq!(claims["ver"], 1);
    assert_eq!(claims["aud"], "api://default");
    assert_eq!(claims["cid"], org.client_id());
    assert_eq!(claims["sub"], ALICE);
    assert_eq!(claims["scp"], json!(["openid", "profile", "email", "offline_access"]));
    assert!(text(&claims, "uid").starts_with("00u") && text(&claims, "uid").len() == 20);
    let jti: Vec<_> = text(&claims, "jti").split('.').collect();
    assert!(jti[0] == "AT" && jti[1].len() == 43 && jti[2].starts_with("oar"), "{jti:?}");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims["auth_time"].as_i64().unwrap() <= claims["iat"].as_i64().unwrap());
    assert!(claims.get("groups").is_none() && claims.get("acr").is_none() && claims.get("nbf").is_none());
    let (header, _) = parts(text(&tokens, "access_token"));
    assert_eq!(header.as_object().unwrap().len(), 2, "{header}");
}

#[tokio::test]
async fn the_groups_of_staff_stand_in_the_access_token_without_everyone() {
    let org = org().await;
    let code = Browser::new(&org).code_for("bob@example.com", &[]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    assert_eq!(parts(text(&tokens, "access_token")).1["groups"], json!(["shop-staff"]));
    assert!(parts(text(&tokens, "id_token")).1.get("groups").is_none());
}

#[tokio::test]
async fn an_id_token_is_as_okta_makes_it() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let claims = verified(&org, text(&tokens, "id_token"), org.client_id());
    assert_eq!(claims["sub"], parts(text(&tokens, "access_token")).1["uid"]);
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(claims["at_hash"], at_hash(text(&tokens, "access_token")));
    assert_eq!((text(&claims, "name"), text(&claims, "email")), ("Alice Shopper", ALICE));
    assert_eq!(claims["preferred_username"], ALICE);
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert!(text(&claims, "idp").starts_with("00o") && text(&claims, "jti").starts_with("ID."));
    for base in ["amr", "aud", "auth_time", "exp", "iat", "idp", "iss", "jti", "sub", "ver"] {
        assert!(claims.get(base).is_some(), "{base}");
    }
}

#[tokio::test]
async fn scopes_decide_what_an_id_token_says_of_the_person() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[("scope", Some("openid")), ("nonce", None)]).await;
    let claims = parts(text(&redeem(&org, &code, &[]).await.json(), "id_token")).1;
    for absent in ["name", "preferred_username", "email", "nonce", "acr"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn a_renewed_id_token_keeps_the_person_and_the_time_of_sign_in() {
    let org = org().await;
    let first = tokens(&org).await;
    org.advance_clock(Duration::from_secs(1800));
    let second = refresh(&org, text(&first, "refresh_token"), &[]).await.json();
    let (first, second) = (parts(text(&first, "id_token")).1, parts(text(&second, "id_token")).1);
    for same in ["sub", "iss", "aud", "auth_time", "amr", "idp"] {
        assert_eq!(first[same], second[same], "{same}");
    }
    let later = second["iat"].as_i64().unwrap() - first["iat"].as_i64().unwrap();
    assert!((1800..1860).contains(&later), "{later}");
    assert!(second.get("nonce").is_none());
}

#[tokio::test]
async fn tokens_for_hostile_tests_are_signed_as_asked() {
    let org = org().await;
    let token = org.mint_access_token(|claims| {
        claims.insert("aud".into(), json!("api://other"));
        claims.remove("uid");
    });
    let claims = verified(&org, &token, "api://other");
    assert!(claims.get("uid").is_none() && claims["sub"] == ALICE);
    let kid = org.public_keys().keys[0].kid.clone().unwrap();
    let odd = org.sign_jwt(&json!({"alg": "RS256", "kid": kid, "typ": "JWT"}), &json!({"a": 1}));
    assert_eq!(parts(&odd), (json!({"alg": "RS256", "kid": kid, "typ": "JWT"}), json!({"a": 1})));
}

#[tokio::test]
async fn identifiers_are_the_same_each_time_and_keys_are_not() {
    let (one, other) = (org().await, org().await);
    assert_eq!(one.client_id(), other.client_id());
    assert!(one.client_id().starts_with("0oa") && one.client_id().len() == 20);
    assert_ne!(one.public_keys(), other.public_keys());
    one.stop().await;
    other.stop().await;
}
