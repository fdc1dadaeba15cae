//! What is not the token's fault.

use std::time::Duration;

use actix_web::rt::spawn;
use okta_actix::BearerConfig;
use okta_jwt::KeySetLimits;
use reqwest::header::{AUTHORIZATION, RETRY_AFTER};
use serde_json::json;

use crate::issuer::{FakeIssuer, Keys, NOW, seal, strangers};
use crate::site::{Site, send};

#[actix_web::test]
async fn without_keys_it_is_503_and_the_token_is_good_again_afterwards() {
    let site = Site::start();
    site.issuer.go_down();
    for path in ["/whoami", "/hello", "/messages", "/stock"] {
        let answer = site.get_as(path, json!({})).await;
        answer.check(503, None);
        let pause: u64 = answer.header(RETRY_AFTER).unwrap().parse().unwrap();
        assert!((1..=60).contains(&pause), "{pause}");
    }
    site.get("/hello").await.check_body("anonymous");
    site.get("/whoami").await.check(401, Some(r#"Bearer realm="shop""#));

    site.issuer.come_back();
    let recovered = async { while site.get_as("/whoami", json!({})).await.status != 200 {} };
    tokio::time::timeout(Duration::from_secs(20), recovered).await.expect("no recovery");
}

#[actix_web::test]
async fn a_key_endpoint_that_is_slow_huge_malformed_redirecting_or_limiting_harms_nobody() {
    let limits = KeySetLimits { fetch_timeout: Duration::from_secs(2), ..KeySetLimits::default() };
    for keys in [Keys::Hanging, Keys::Huge, Keys::Malformed, Keys::Redirecting, Keys::Limiting, Keys::Failing]
    {
        let issuer = FakeIssuer::start();
        let verifier = issuer.builder().key_set_limits(limits.clone()).build().unwrap();
        verifier.warm().await.unwrap();
        let site = Site::serve(issuer, Some(BearerConfig::new(verifier.clone()).clock(|| NOW)));
        site.issuer.answer_with(keys);

        // Whoever has a key that nobody knows makes the API ask for it.
        let header = json!({"alg": "RS256", "kid": "stranger"}).to_string();
        let foreign = seal(&header, &site.issuer.claims().to_string(), strangers);
        let asks = site.request("/whoami").header(AUTHORIZATION, format!("Bearer {foreign}"));
        let asks = spawn(send(asks));
        for i in 0..50 {
            // New ones, and ones that were seen before.
            let answer = site.get_as("/whoami", json!({"jti": format!("AT.{}", i / 2)})).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, "00uAlice"), "{keys:?}");
        }
        let refused = asks.await.unwrap();
        assert_eq!(refused.status, 401, "{keys:?}: {refused:?}");
        assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"), "{keys:?}");
        assert_eq!(verifier.key_sets().next().unwrap().1.failures, 1, "{keys:?}");
        assert_eq!(
            (site.issuer.asked_for("/v1/keys"), site.issuer.asked_for("/elsewhere")),
            (2, 0),
            "{keys:?}"
        );
        site.get_as("/whoami", json!({"jti": "AT.0"})).await.check_body("00uAlice");
    }
}

#[actix_web::test]
async fn an_app_without_a_configuration_is_told_so_in_the_log_alone() {
    let site = Site::serve(FakeIssuer::start(), None);
    let answer = site.get_as("/whoami", json!({})).await;
    answer.check(500, None);
    assert!(!answer.body.contains("BearerConfig"), "{}", answer.body);
}
