//! Errors look alike wherever they come from; `Answer` checks the shape of each.

use std::io::Write as _;

use reqwest::{Body, Method};
use serde_json::json;
use shared::paths;

use crate::answer::Answer;
use crate::shop::{Shop, address};

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let shop = Shop::open().await;
    for path in ["/", "/api", "/api/nothing", "/api/orders/", "/api/hello/x"] {
        assert_eq!(shop.api.get(path).await.expect(404).code(), "not_found", "{path}");
    }
    for (method, path, allow) in [
        (Method::DELETE, paths::ORDERS, "GET, HEAD, POST"),
        (Method::POST, paths::PRODUCTS, "GET, HEAD"),
        (Method::PUT, "/api/orders/G-0000-0000", "GET, HEAD"),
        (Method::GET, "/api/orders/G-0000-0000/cancel", "POST"),
        (Method::POST, paths::CART, "GET, HEAD, PUT"),
        (Method::GET, paths::CART_MERGE, "POST"),
        (Method::POST, paths::STAFF_ORDERS, "GET, HEAD"),
        (Method::OPTIONS, paths::HELLO, "GET, HEAD"),
    ] {
        let answer = Answer::read(shop.api.request(method, path).send().await.unwrap()).await.expect(405);
        assert_eq!(
            (answer.code().as_str(), answer.header("allow")),
            ("method_not_allowed", Some(allow)),
            "{path}"
        );
    }
    shop.close().await;
}

#[tokio::test]
async fn whatever_answers_get_answers_head() {
    let shop = Shop::open().await;
    for path in [paths::HELLO, paths::PRODUCTS, paths::LIVEZ] {
        let answer = shop.api.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.text().await.unwrap().is_empty(), "{path}");
    }
    shop.close().await;
}

/// Sends this body, as that media type.
async fn send(
    shop: &Shop,
    (method, path): (Method, &str),
    media_type: &str,
    body: impl Into<Body>,
) -> Answer {
    let request = shop
        .api
        .request(method, path)
        .bearer_auth(shop.alice())
        .header(paths::IDEMPOTENCY_KEY, "k")
        .header("content-type", media_type)
        .body(body);
    Answer::read(request.send().await.unwrap()).await
}

const JSON: &str = "application/json";
const ORDER: (Method, &str) = (Method::POST, paths::ORDERS);
const CART: (Method, &str) = (Method::PUT, paths::CART);

#[track_caller]
fn check(answer: &Answer, status: u16, code: &str, detail: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    assert!(answer.detail().contains(detail), "{answer:?}");
}

#[tokio::test]
async fn a_body_that_is_not_an_order_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    for (body, detail) in
        [("{", "EOF"), ("", "EOF"), ("[]", "the body: must be an object"), ("{}", "missing field")]
    {
        check(&send(&shop, ORDER, JSON, body).await, 400, "invalid_request", detail);
    }
    let good = json!({"cart_version": 0, "expected_total": 0, "address": address()});
    for (member, value, detail) in [
        ("total", json!(1), "`total`"),
        ("cart_version", json!(-1), "cart_version: must be a whole number from 0 on"),
        ("cart_version", json!("1"), "cart_version: must be a whole number from 0 on"),
        ("expected_total", json!(1.5), "expected_total: must be a whole number"),
        ("address", json!(null), "address: must be an object"),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        check(&send(&shop, ORDER, JSON, bad.to_string()).await, 400, "invalid_request", detail);
    }
    check(&send(&shop, ORDER, JSON, " ".repeat(65 * 1024)).await, 413, "too_large", "65536 bytes");
    let answer = send(&shop, ORDER, "text/plain", good.to_string()).await;
    check(&answer, 415, "unsupported_media_type", "application/json");
    assert!(shop.api.orders_of(&shop.alice()).await.is_empty());
    shop.close().await;
}

#[tokio::test]
async fn a_body_that_is_no_cart_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    let line = json!({"product_id": "apple-sapling", "quantity": 1});
    let priced = json!({"product_id": "apple-sapling", "quantity": 1, "unit_price": 1});
    let many: Vec<_> = (0..=100).map(|i| json!({"product_id": format!("p{i}"), "quantity": 1})).collect();
    for (lines, detail) in [
        (json!([priced]), "`unit_price`"),
        (json!([line, line]), "more than one line"),
        (json!([{"product_id": "a", "quantity": 100}]), "1 to 99"),
        (
            json!([{"product_id": "a", "quantity": "1"}]),
            "lines[0].quantity: must be a whole number from 0 on",
        ),
        (json!([{"product_id": "../a", "quantity": 1}]), "a-z"),
        (json!([{"product_id": "no-such-thing", "quantity": 1}]), "There is no product no-such-thing."),
        (json!(many), "at most 100 lines"),
    ] {
        let body = json!({"version": 0, "lines": lines}).to_string();
        check(&send(&shop, CART, JSON, body).await, 400, "invalid_request", detail);
    }
    check(&send(&shop, CART, JSON, " ".repeat(65 * 1024)).await, 413, "too_large", "65536 bytes");
    assert_eq!(shop.api.cart(&shop.alice()).await.version, 0);
    shop.close().await;
}

/// What serde derives takes the values of an object as a list, too.
#[tokio::test]
async fn a_list_is_no_object() {
    let shop = Shop::open().await;
    let line = json!({"product_id": "apple-sapling", "quantity": 1});
    let values: Vec<_> = address().as_object().unwrap().values().cloned().collect();
    let merge = (Method::POST, paths::CART_MERGE);
    let restock = (Method::POST, "/api/staff/products/apple-sapling/restock");
    let whole = "the body: must be an object";
    for (request, body, detail) in [
        (CART, json!([0, [["apple-sapling", 2]]]), whole),
        (CART, json!([0, [line]]), whole),
        (CART, json!({"version": 0, "lines": [line, ["apple-sapling", 2]]}), "lines[1]: must be an object"),
        (CART, json!({"version": 0, "lines": {"0": line}}), "lines: must be an array"),
        (merge.clone(), json!([[line]]), whole),
        (merge, json!({"lines": [["apple-sapling", 2]]}), "lines[0]: must be an object"),
        (ORDER, json!([0, 0, address()]), whole),
        (
            ORDER,
            json!({"cart_version": 0, "expected_total": 0, "address": values}),
            "address: must be an object",
        ),
        (restock, json!([5]), whole),
    ] {
        let (method, path) = request;
        let sent =
            shop.api.request(method, path).bearer_auth(shop.staff()).header(paths::IDEMPOTENCY_KEY, "k");
        let answer = Answer::read(sent.json(&body).send().await.unwrap()).await;
        check(&answer, 400, "invalid_request", detail);
        for name in ["struct", "u32", "u64", "i64", "sequence", "PutCart", "NewOrder", "String"] {
            assert!(!answer.body.contains(name), "{name}: {answer:?}");
        }
    }
    assert_eq!(shop.api.cart(&shop.staff()).await.version, 0);
    shop.close().await;
}

#[tokio::test]
async fn a_body_that_is_encoded_otherwise_is_refused_with_what_is_taken() {
    let shop = Shop::open().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(br#"{"version":0,"lines":[]}"#).unwrap();
    let gzip = gzip.finish().unwrap();
    for coding in ["gzip", "br", "x-unknown"] {
        let sent = shop.api.request(Method::PUT, paths::CART).bearer_auth(shop.alice());
        let sent = sent.header("content-type", JSON).header("content-encoding", coding).body(gzip.clone());
        let answer = Answer::read(sent.send().await.unwrap()).await;
        check(&answer, 415, "unsupported_media_type", "Content-Encoding");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
    }
    for media_type in
        ["application/json; charset=utf-16", "application/json;charset=ISO-8859-1", "text/plain"]
    {
        let answer = send(&shop, CART, media_type, r#"{"version":0,"lines":[]}"#).await;
        check(&answer, 415, "unsupported_media_type", "UTF-8");
        assert_eq!(answer.header("accept"), Some(JSON));
    }
    send(&shop, CART, "application/json; charset=UTF-8", r#"{"version":0,"lines":[]}"#).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn a_bad_token_is_told_before_a_bad_body() {
    let shop = Shop::open().await;
    let request = shop.api.request(Method::POST, paths::ORDERS).body("{");
    Answer::read(request.send().await.unwrap()).await.expect(401);
    shop.close().await;
}
