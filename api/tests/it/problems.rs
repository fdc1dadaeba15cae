//! Errors look alike wherever they come from; `Answer` checks the shape of each.

use reqwest::Method;
use serde_json::json;
use shared::paths;

use crate::answer::Answer;
use crate::shop::Shop;

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

/// Posts this body as an order, as that media type.
async fn post(shop: &Shop, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = shop
        .api
        .request(Method::POST, paths::ORDERS)
        .bearer_auth(shop.alice())
        .header(paths::IDEMPOTENCY_KEY, "k")
        .header("content-type", content_type)
        .body(body);
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_body_that_is_not_an_order_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    let json = "application/json";
    let check = |answer: Answer, status: u16, code: &str, detail: &str| {
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
        assert!(answer.detail().contains(detail), "{answer:?}");
    };
    let line = json!({"product_id": "apple-sapling", "quantity": 1});
    let priced = json!({"product_id": "apple-sapling", "quantity": 1, "unit_price": 1});
    check(post(&shop, json, "{").await, 400, "invalid_request", "EOF");
    check(post(&shop, json, "").await, 400, "invalid_request", "EOF");
    check(post(&shop, json, "[]").await, 400, "invalid_request", "");
    check(
        post(&shop, json, json!({"lines": []}).to_string()).await,
        400,
        "invalid_request",
        "at least one line",
    );
    check(
        post(&shop, json, json!({"lines": [line], "total": 1}).to_string()).await,
        400,
        "invalid_request",
        "`total`",
    );
    check(
        post(&shop, json, json!({"lines": [priced]}).to_string()).await,
        400,
        "invalid_request",
        "`unit_price`",
    );
    check(
        post(&shop, json, json!({"lines": [line, line]}).to_string()).await,
        400,
        "invalid_request",
        "more than one line",
    );
    check(
        post(&shop, json, "{\"lines\":[{\"product_id\":\"a\",\"quantity\":100}]}").await,
        400,
        "invalid_request",
        "1 to 99",
    );
    check(
        post(&shop, json, "{\"lines\":[{\"product_id\":\"a\",\"quantity\":\"1\"}]}").await,
        400,
        "invalid_request",
        "",
    );
    check(post(&shop, json, " ".repeat(65 * 1024)).await, 413, "too_large", "65536 bytes");
    check(
        post(&shop, "text/plain", json!({"lines": [line]}).to_string()).await,
        415,
        "unsupported_media_type",
        "application/json",
    );
    assert!(shop.api.orders_of(&shop.alice()).await.is_empty());
    shop.close().await;
}

#[tokio::test]
async fn a_bad_token_is_told_before_a_bad_body() {
    let shop = Shop::open().await;
    let request = shop.api.request(Method::POST, paths::ORDERS).body("{");
    Answer::read(request.send().await.unwrap()).await.expect(401);
    shop.close().await;
}
