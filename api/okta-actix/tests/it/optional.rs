//! A route that is open to all.

use serde_json::json;

use crate::site::Site;

#[actix_web::test]
async fn without_credentials_one_is_anonymous_and_with_good_ones_oneself() {
    let site = Site::start();
    site.get("/hello").await.check_body("anonymous");
    site.get_as("/hello", json!({})).await.check_body("00uAlice");
}

#[actix_web::test]
async fn bad_credentials_do_not_pass_for_none() {
    let site = Site::start();
    assert_eq!(site.get_as("/hello", json!({"aud": "api://other"})).await.status, 401);
    assert_eq!(site.get_with("/hello", b"Bearer garbage").await.status, 401);
    assert_eq!(site.get_with("/hello", b"Basic YTpi").await.status, 401);
    assert_eq!(site.get_with("/hello", b"Bearer").await.status, 400);
    assert_eq!(site.get("/hello?access_token=x").await.status, 400);
}
