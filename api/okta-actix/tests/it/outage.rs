//! What is not the token's fault.

use reqwest::header::RETRY_AFTER;
use serde_json::json;

use crate::issuer::FakeIssuer;
use crate::site::Site;

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
    tokio::time::timeout(std::time::Duration::from_secs(20), recovered).await.expect("no recovery");
}

#[actix_web::test]
async fn an_app_without_a_configuration_is_told_so_in_the_log_alone() {
    let site = Site::serve(FakeIssuer::start(), None);
    let answer = site.get_as("/whoami", json!({})).await;
    answer.check(500, None);
    assert!(!answer.body.contains("BearerConfig"), "{}", answer.body);
}
