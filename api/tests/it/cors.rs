//! Who may call from a page, and what such a page can read.

use reqwest::Method;
use shared::paths;

use crate::answer::Answer;
use crate::shop::{SPA_ORIGIN, Shop};

async fn preflight(shop: &Shop, origin: &str, method: &str, headers: &str) -> Answer {
    let request = shop
        .api
        .request(Method::OPTIONS, paths::ORDERS)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers);
    Answer::read(request.send().await.unwrap()).await
}

async fn get_from(shop: &Shop, origin: &str, path: &str) -> Answer {
    Answer::read(shop.api.request(Method::GET, path).header("origin", origin).send().await.unwrap()).await
}

#[tokio::test]
async fn the_spa_may_send_what_an_order_needs() {
    let shop = Shop::open().await;
    let answer =
        preflight(&shop, SPA_ORIGIN, "POST", "authorization,content-type,idempotency-key").await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(SPA_ORIGIN));
    assert_eq!(answer.header("access-control-max-age"), Some("3600"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    preflight(&shop, SPA_ORIGIN, "PUT", "authorization,dpop,content-type").await.expect(200);
    let traced = preflight(&shop, SPA_ORIGIN, "GET", "authorization,traceparent").await.expect(200);
    assert!(traced.header("access-control-allow-headers").unwrap().contains("traceparent"), "{traced:?}");
    let shown = get_from(&shop, SPA_ORIGIN, paths::HELLO).await.expect(200);
    assert!(shown.header("access-control-expose-headers").unwrap().contains("traceresponse"), "{shown:?}");
    preflight(&shop, SPA_ORIGIN, "DELETE", "authorization").await.expect(400);
    preflight(&shop, SPA_ORIGIN, "POST", "x-other").await.expect(400);
    shop.close().await;
}

#[tokio::test]
async fn the_spa_may_ask_whether_what_it_knows_is_still_so() {
    let shop = Shop::open().await;
    for method in ["GET", "HEAD"] {
        let answer = preflight(&shop, SPA_ORIGIN, method, "authorization,if-none-match").await.expect(200);
        let allowed = answer.header("access-control-allow-methods").unwrap();
        assert!(allowed.split(", ").any(|allowed| allowed == method), "{allowed}");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_refused_preflight_says_which_part_was_refused() {
    let shop = Shop::open().await;
    for (origin, method, headers, part) in [
        ("http://evil.test", "GET", "authorization", "The origin http://evil.test"),
        (SPA_ORIGIN, "DELETE", "authorization", "The method DELETE"),
        (
            SPA_ORIGIN,
            "POST",
            "authorization,x-other,x-more",
            "Not allowed: the header x-other, x-more; allowed headers: ",
        ),
    ] {
        let answer = preflight(&shop, origin, method, headers).await.expect(400);
        assert!(answer.detail().contains(part), "{answer:?}");
    }
    shop.close().await;
}

#[tokio::test]
async fn the_spa_can_read_errors_and_their_headers() {
    let shop = Shop::open().await;
    for (path, status) in [(paths::ORDERS, 401), ("/api/nothing", 404), ("/api/products?category=x", 400)] {
        let answer = get_from(&shop, SPA_ORIGIN, path).await.expect(status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(SPA_ORIGIN), "{path}");
        let exposed = answer.header("access-control-expose-headers").unwrap().to_ascii_lowercase();
        for name in ["www-authenticate", "x-request-id", "location", "retry-after", "dpop-nonce", "etag"] {
            assert!(exposed.contains(name), "{path}: {exposed}");
        }
        assert!(answer.header("vary").unwrap().to_ascii_lowercase().contains("origin"), "{path}");
    }
    shop.close().await;
}

#[tokio::test]
async fn pages_of_other_origins_get_no_leave() {
    let shop = Shop::open().await;
    for origin in [
        "http://evil.test",
        "null",
        "http://localhost:8081",
        "https://localhost:8080",
        "http://localhost:8080.evil.test",
        "http://127.0.0.1:8080",
    ] {
        let answer = get_from(&shop, origin, paths::PRODUCTS).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        let answer = preflight(&shop, origin, "POST", "authorization").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (400, None), "{origin}");
    }
    shop.close().await;
}
