//! A whole scope behind a token, with exceptions, and what a page of another origin can read of it.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CACHE_CONTROL, ORIGIN,
};
use serde_json::json;

use crate::site::{PAGE, Site, send};

const NO_ERROR: Option<&str> = Some(r#"Bearer realm="shop""#);

#[actix_web::test]
async fn what_was_not_named_is_closed_even_where_a_handler_asks_for_nothing() {
    let site = Site::start();
    for path in [
        "/closed/forgotten",
        "/closed/whoami",
        "/closed/no-such-route",
        "/closed/health/",
        "/closed/%68ealth",
    ] {
        site.get(path).await.check(401, NO_ERROR);
    }
    site.get_as("/closed/forgotten", json!({"aud": "api://other"})).await.check(
        401,
        Some(
            r#"Bearer realm="shop", error="invalid_token", error_description="The access token is invalid""#,
        ),
    );
    site.get_as("/closed/forgotten", json!({})).await.check_body("a handler that asks for nothing");
    site.get_as("/closed/whoami", json!({})).await.check_body("00uAlice");
}

#[actix_web::test]
async fn what_was_named_is_open_to_all() {
    let site = Site::start();
    site.get("/closed/health").await.check_body("fine");
    site.get("/closed/public/logo").await.check_body("logo");
    site.get_with("/closed/health", b"Bearer garbage").await.check_body("fine");
}

#[actix_web::test]
async fn what_passes_is_private_unless_the_handler_says_how_private() {
    let site = Site::start();
    let cache_control =
        async |path| site.get_as(path, json!({})).await.header(CACHE_CONTROL).map(str::to_owned);
    assert_eq!(cache_control("/closed/whoami").await.as_deref(), Some("no-store"));
    assert_eq!(cache_control("/closed/picture").await.as_deref(), Some("private, max-age=60"));
    assert_eq!(cache_control("/closed/health").await, None);
}

#[actix_web::test]
async fn a_page_can_read_every_refusal_and_its_challenge() {
    let site = Site::start();
    let bad = [None, Some("Bearer garbage"), Some("Bearer"), Some("Basic YTpi")];
    for authorization in bad {
        let request = site.request("/closed/whoami").header(ORIGIN, PAGE);
        let request = match authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        };
        let answer = send(request).await;
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
        assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some(PAGE), "{answer:?}");
        let exposed = answer.header(ACCESS_CONTROL_EXPOSE_HEADERS).unwrap().to_ascii_lowercase();
        assert!(exposed.contains("www-authenticate") && exposed.contains("retry-after"), "{exposed}");
    }
    site.issuer.go_down();
    let request = site.request("/closed/whoami").header(ORIGIN, PAGE);
    let token = site.issuer.token(json!({}));
    let answer = send(request.header(AUTHORIZATION, format!("Bearer {token}"))).await;
    answer.check(503, None);
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some(PAGE));
}

#[actix_web::test]
async fn a_preflight_needs_no_token() {
    let site = Site::start();
    let answer = send(
        site.preflight("/closed/whoami")
            .header(ORIGIN, PAGE)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization"),
    )
    .await;
    assert_eq!((answer.status, answer.header(ACCESS_CONTROL_ALLOW_ORIGIN)), (200, Some(PAGE)));
}
