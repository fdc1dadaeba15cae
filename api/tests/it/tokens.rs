//! Which tokens open the API, and what the others are told (RFC 6750 §3).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use okta_types::{AccessClaims, BearerError, Challenge, base64url};
use reqwest::Method;
use serde_json::{Map, Value, json};
use shared::{Hello, Messages, paths};

use crate::answer::Answer;
use crate::shop::Shop;

const PRIVATE: [&str; 3] = [paths::WHOAMI, paths::MESSAGES, paths::ORDERS];

fn with(shop: &Shop, claim: &str, value: Value) -> String {
    shop.org.mint_access_token(|claims| {
        claims.insert(claim.to_owned(), value);
    })
}

fn claims(shop: &Shop) -> Map<String, Value> {
    let mut found = Map::new();
    shop.org.mint_access_token(|claims| found = claims.clone());
    found
}

fn kid(shop: &Shop) -> String {
    serde_json::to_value(shop.org.public_keys()).unwrap()["keys"][0]["kid"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_challenge(answer: &Answer, status: u16, error: Option<BearerError>) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let challenge = Challenge::parse(answer.header("www-authenticate").unwrap()).unwrap();
    assert_eq!((challenge.realm.as_deref(), challenge.error), (Some("grove"), error), "{answer:?}");
}

/// A bad token is answered alike on every private address, and never with 500.
async fn refused(shop: &Shop, what: &str, token: &str) {
    for path in PRIVATE {
        let answer = shop.api.get_as(token, path).await;
        assert!(!answer.body.contains(token), "{what}: the answer repeats the token");
        check_challenge(&answer, 401, Some(BearerError::InvalidToken));
    }
}

#[tokio::test]
async fn a_good_token_opens_the_private_addresses() {
    let shop = Shop::open().await;
    let token = shop.alice();
    let answer = shop.api.get_as(&token, paths::WHOAMI).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let shown: AccessClaims = answer.json();
    assert_eq!(serde_json::to_value(shown).unwrap()["sub"], claims(&shop)["sub"]);
    assert!(shop.api.orders_of(&token).await.is_empty());
    shop.close().await;
}

#[tokio::test]
async fn messages_have_the_shape_of_oktas_sample() {
    let shop = Shop::open().await;
    let answer = shop.api.get_as(&shop.alice(), paths::MESSAGES).await.expect(200);
    let Messages { messages } = answer.json();
    let texts: Vec<_> = messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["I am a robot.", "Hello, world!"]);
    assert!(messages[0].date > messages[1].date && messages[0].date.ends_with('Z'), "{messages:?}");
    shop.close().await;
}

#[tokio::test]
async fn hello_is_for_everyone_with_a_token_or_without() {
    let shop = Shop::open().await;
    for answer in [
        shop.api.get(paths::HELLO).await,
        shop.api.get_as(&shop.alice(), paths::HELLO).await,
        shop.api.get_as("stale", paths::HELLO).await,
    ] {
        assert_eq!(answer.expect(200).json::<Hello>().message, "Hello world!");
    }
    shop.close().await;
}

#[tokio::test]
async fn without_a_token_the_challenge_names_no_error() {
    let shop = Shop::open().await;
    for path in PRIVATE {
        check_challenge(&shop.api.get(path).await, 401, None);
    }
    let basic = shop.api.request(Method::GET, paths::WHOAMI).basic_auth("alice", Some("Grove-2026!"));
    check_challenge(&Answer::read(basic.send().await.unwrap()).await, 401, None);
    shop.close().await;
}

#[tokio::test]
async fn a_token_that_is_shown_wrongly_is_an_invalid_request() {
    let shop = Shop::open().await;
    let (token, twice) = (shop.alice(), format!("Bearer {}", shop.alice()));
    for values in [vec!["Bearer"], vec!["Bearer a b"], vec!["Bearer a, Bearer b"], vec![&twice, &twice]] {
        let request = shop.api.request(Method::GET, paths::WHOAMI);
        let request = values.iter().fold(request, |request, value| request.header("authorization", *value));
        let answer = Answer::read(request.send().await.unwrap()).await;
        check_challenge(&answer, 400, Some(BearerError::InvalidRequest));
    }
    let in_query = shop.api.get(&format!("{}?access_token={token}", paths::WHOAMI)).await;
    assert!(!in_query.body.contains(&token));
    check_challenge(&in_query, 400, Some(BearerError::InvalidRequest));
    shop.close().await;
}

#[tokio::test]
async fn a_token_for_others_or_of_another_time_is_refused() {
    let shop = Shop::open().await;
    let now = shop.org.now().seconds();
    refused(&shop, "expired", &with(&shop, "exp", json!(now - 3600))).await;
    refused(&shop, "issued ahead", &with(&shop, "iat", json!(now + 3600))).await;
    refused(&shop, "another audience", &with(&shop, "aud", json!("api://other"))).await;
    refused(&shop, "another issuer", &with(&shop, "iss", json!("http://localhost:1/oauth2/default"))).await;
    refused(&shop, "another client", &with(&shop, "cid", json!("0oaother000000000001"))).await;
    shop.close().await;
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let shop = Shop::open().await;
    let (claims, kid) = (Value::Object(claims(&shop)), kid(&shop));
    refused(&shop, "garbage", "garbage").await;
    refused(&shop, "three parts of garbage", "a.b.c").await;
    refused(&shop, "unsigned", &unsigned(&json!({"alg": "none", "kid": kid}), &claims)).await;
    let unknown = shop.org.sign_jwt(&json!({"alg": "RS256", "kid": "unknown"}), &claims);
    refused(&shop, "unknown key", &unknown).await;
    let mut changed = shop.alice();
    let end = changed.len() - 20;
    changed.replace_range(end..=end, if &changed[end..=end] == "A" { "B" } else { "A" });
    refused(&shop, "another signature", &changed).await;
    shop.close().await;
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let shop = Shop::open().await;
    let (claims, keys) =
        (Value::Object(claims(&shop)), serde_json::to_value(shop.org.public_keys()).unwrap());
    let key = &keys["keys"][0];
    let modulus = base64url::decode(key["n"].as_str().unwrap()).unwrap();
    let header = Header { kid: Some(kid(&shop)), ..Header::new(Algorithm::HS256) };
    for secret in [modulus, key["n"].as_str().unwrap().into(), key.to_string().into_bytes()] {
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap();
        refused(&shop, "signed with the public key", &token).await;
    }
    shop.close().await;
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let shop = Shop::open().await;
    let (now, kid) = (shop.org.now().seconds(), kid(&shop));
    for audience in
        [json!(shop.org.client_id()), json!("api://default"), json!([shop.org.client_id(), "api://default"])]
    {
        let claims = json!({
            "sub": "00ualice000000000001", "name": "Alice Shopper", "email": "alice@example.com", "ver": 1,
            "iss": shop.org.issuer(), "aud": audience, "iat": now, "exp": now + 3600, "jti": "ID.x",
            "amr": ["pwd"], "idp": "00o1", "nonce": "n", "auth_time": now, "at_hash": "x",
        });
        refused(&shop, "ID token", &shop.org.sign_jwt(&json!({"alg": "RS256", "kid": kid}), &claims)).await;
    }
    shop.close().await;
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
    format!("{}.{}.", part(header), part(claims))
}
