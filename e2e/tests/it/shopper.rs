//! A shopper without a browser: what the SPA asks of the API once somebody has signed in.

use reqwest::Response;
use serde_json::{Value, json};

/// Puts one apple sapling into the cart and orders it; the order's number.
pub(crate) async fn orders_a_sapling(api: &str, token: &str) -> String {
    let http = okta_cli::http::loopback();
    let cart: Value = answer(http.get(format!("{api}/api/cart")).bearer_auth(token).send().await).await;
    let lines =
        json!({"version": cart["version"], "lines": [{"product_id": "apple-sapling", "quantity": 1}]});
    let put = http.put(format!("{api}/api/cart")).bearer_auth(token).json(&lines);
    let cart = answer(put.send().await).await;
    let product = answer(http.get(format!("{api}/api/products/apple-sapling")).send().await).await;
    let order = json!({
        "cart_version": cart["version"],
        "expected_total": product["price"],
        "address": {
            "name": "Alice Gardener", "street": "1 Mill Lane", "city": "Portland", "region": "Oregon",
            "postal_code": "97201", "country": "US",
        },
    });
    let post = http.post(format!("{api}/api/orders")).bearer_auth(token).json(&order);
    let order =
        answer(post.header("Idempotency-Key", "00000000-0000-4000-8000-000000000001").send().await).await;
    order["number"].as_str().unwrap().to_owned()
}

async fn answer(sent: Result<Response, reqwest::Error>) -> Value {
    let response = sent.unwrap();
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}
