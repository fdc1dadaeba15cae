//! Which tokens open the API, and what the others are told (RFC 6750 §3).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use okta_types::{AccessClaims, BearerError, Challenge, base64url};
use reqwest::Method;
use serde_json::{Map, Value, json};
use shared::{Hello, Messages, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines, order_of};

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
        let key = EncodingKey::from_secret(&secret).unwrap();
        let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        refused(&shop, "signed with the public key", &token).await;
    }
    shop.close().await;
}

/// Okta names a hundred groups, of up to 255 characters each.
#[tokio::test]
async fn a_token_with_as_many_groups_as_okta_names_is_taken() {
    let shop = Shop::open().await;
    for length in [120, 255] {
        let group = |i: usize| format!("{i:03}-{}", "g".repeat(length - 4));
        let mut groups: Vec<_> = (0..99).map(group).collect();
        groups.push(paths::STAFF_GROUP.to_owned());
        let token = shop.token(|claims| {
            claims.insert("groups".to_owned(), json!(groups));
        });
        assert!(token.len() > 99 * length * 4 / 3, "{}", token.len());
        shop.api.get_as(&token, paths::STAFF_ORDERS).await.expect(200);
    }
    shop.close().await;
}

/// Who hears 401 signs in again, and gets the same token once more.
#[tokio::test]
async fn a_token_that_is_too_long_is_told_so() {
    let shop = Shop::open().await;
    let long = shop.token(|claims| {
        claims.insert("groups".to_owned(), json!(vec!["g".repeat(255); 250]));
    });
    let answer = shop.api.get_as(&long, paths::ORDERS).await.expect(431);
    assert_eq!((answer.code().as_str(), answer.header("www-authenticate")), ("header_too_large", None));
    assert!(answer.detail().contains("fewer groups"), "{answer:?}");
    // What the framework reads no further than.
    let huge = shop.api.request(Method::GET, paths::ORDERS).bearer_auth("a".repeat(200 * 1024));
    assert_eq!(huge.send().await.unwrap().status(), 431);
    shop.api.get_as(&shop.alice(), paths::ORDERS).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn a_claim_that_nothing_depends_on_may_be_of_any_type() {
    let shop = Shop::open().await;
    for odd in [
        json!(paths::STAFF_GROUP),
        json!([[paths::STAFF_GROUP]]),
        json!({"a": paths::STAFF_GROUP}),
        json!(null),
    ] {
        let token = shop.token(|claims| {
            claims.insert("groups".to_owned(), odd.clone());
            claims.insert("plan".to_owned(), odd.clone());
        });
        shop.api.get_as(&token, paths::ORDERS).await.expect(200);
        shop.api.get_as(&token, paths::STAFF_ORDERS).await.expect(403);
    }
    shop.close().await;
}

#[tokio::test]
async fn times_with_fractions_are_times() {
    let shop = Shop::open().await;
    let now = shop.org.now().seconds() as f64;
    let token = shop.token(|claims| {
        for (name, at) in [("iat", -9.616), ("exp", 3590.384), ("nbf", -9.616), ("auth_time", -20.5)] {
            claims.insert(name.to_owned(), json!(now + at));
        }
    });
    shop.api.get_as(&token, paths::ORDERS).await.expect(200);
    refused(&shop, "expired by a fraction", &with(&shop, "exp", json!(now - 3600.5))).await;
    shop.close().await;
}

/// PostgreSQL takes no NUL, SQLite does.
async fn an_id_that_no_database_keeps_is_a_bad_token(shop: Shop) {
    for id in ["00u\0alice", "\0", "00u\n", "\u{9d}"] {
        refused(&shop, "a uid with a control character", &shop.someone(id)).await;
        let service = shop.token(|claims| {
            claims.remove("uid");
            claims.insert("sub".to_owned(), id.into());
        });
        refused(&shop, "a sub with a control character", &service).await;
        let token = shop.someone(id);
        shop.api
            .send(Method::PUT, paths::CART, &token, &json!({"version": 0, "lines": []}))
            .await
            .expect(401);
    }
    // Half a surrogate pair is no text at all.
    let half = shop.someone("00uHALF");
    let [header, payload, signature] = half.split('.').collect::<Vec<_>>().try_into().unwrap();
    let payload = String::from_utf8(base64url::decode(payload).unwrap()).unwrap().replace("HALF", "\\ud800");
    refused(&shop, "a lone surrogate", &format!("{header}.{}.{signature}", base64url::encode(payload))).await;
    shop.close().await;
}

on_both_databases!(
    an_id_that_no_database_keeps_is_a_bad_token,
    text_that_no_database_keeps_is_refused_or_left_off,
);

async fn text_that_no_database_keeps_is_refused_or_left_off(shop: Shop) {
    let token = shop.alice();
    for path in ["/api/products/a%00b", "/api/products/a%ED%A0%80b", "/api/orders/G-0000%000000"] {
        shop.api.get_as(&token, path).await.expect(404);
    }
    for query in ["cursor=a%00", "sort=%00", "limit=1%00"] {
        shop.api.get(&format!("{}?{query}", paths::PRODUCTS)).await.expect(400);
    }
    for search in ["%00", "a%00b", "%ED%A0%80", "%FF"] {
        shop.api.get(&format!("{}?search={search}", paths::PRODUCTS)).await.expect(200);
    }
    shop.api.get_as(&token, &format!("{}?cursor=G-0000%000000", paths::ORDERS)).await.expect(400);
    let cart = shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await;
    for bad in ["Alice\0", "\u{1}"] {
        let mut order = order_of(&cart);
        order["address"]["name"] = bad.into();
        assert_eq!(shop.api.order(&token, "k", &order).await.expect(400).code(), "invalid_address");
    }
    let order = order_of(&cart).to_string().replace("Alice", "\\udc00");
    let request = shop.api.request(Method::POST, paths::ORDERS).bearer_auth(&token);
    let request = request.header(paths::IDEMPOTENCY_KEY, "k").header("content-type", "application/json");
    Answer::read(request.body(order).send().await.unwrap()).await.expect(400);
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

/// Nobody is who a header says that they are (RFC 9700 §4.13).
#[tokio::test]
async fn headers_of_a_proxy_change_nothing() {
    let shop = Shop::open().await;
    let forged = [
        ("x-forwarded-user", "alice@example.com"),
        ("x-forwarded-email", "alice@example.com"),
        ("x-forwarded-access-token", "forged"),
        ("x-remote-user", "alice"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=192.0.2.1;host=evil.example"),
        ("x-original-url", "/api/hello"),
        ("x-http-method-override", "GET"),
    ];
    let with_forged = |path: &str| {
        let request = shop.api.request(Method::GET, path);
        forged.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let refused = with_forged(paths::WHOAMI).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let bob = shop.bob();
    let known = with_forged(paths::WHOAMI).bearer_auth(&bob).send().await.unwrap();
    let plain = shop.api.get_as(&bob, paths::WHOAMI).await.expect(200);
    assert_eq!(known.json::<serde_json::Value>().await.unwrap(), plain.json::<serde_json::Value>());
    shop.close().await;
}
