//! Scopes and groups.

use serde_json::json;

use crate::site::Site;

const SCOPE: Option<&str> = Some(
    r#"Bearer realm="shop", error="insufficient_scope", error_description="The access token lacks a scope that is needed here", scope="openid messages.read""#,
);

#[actix_web::test]
async fn every_scope_is_needed_to_the_letter() {
    let site = Site::start();
    for path in ["/messages", "/asked/messages"] {
        site.get_as(path, json!({})).await.check_body("00uAlice");
        for scp in [
            json!([]),
            json!(["openid"]),
            json!(["messages.read"]),
            json!(["openid", "Messages.read"]),
            json!(["openid messages.read"]),
        ] {
            site.get_as(path, json!({"scp": scp})).await.check(403, SCOPE);
        }
    }
}

#[actix_web::test]
async fn a_group_is_needed_to_the_letter_and_no_other_token_is_asked_for() {
    let site = Site::start();
    for path in ["/stock", "/asked/stock/shop-staff"] {
        site.get_as(path, json!({"groups": ["x", "shop-staff"]})).await.check_body("00uAlice");
        site.get_as(path, json!({"groups": ["shop-staff-2", "Shop-Staff"]})).await.check(403, None);
        site.get_as(path, json!({})).await.check(403, None);
    }
}

#[actix_web::test]
async fn a_bad_token_is_told_that_it_is_bad_before_what_it_lacks() {
    let site = Site::start();
    for path in ["/messages", "/stock", "/asked/messages", "/asked/stock/x"] {
        assert_eq!(site.get(path).await.status, 401);
        assert_eq!(site.get_as(path, json!({"scp": [], "aud": "api://other"})).await.status, 401);
    }
}
