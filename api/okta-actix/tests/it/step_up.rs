//! Stronger or more recent sign-ins (RFC 9470).

use okta_actix::BearerConfig;
use serde_json::{Value, json};

use crate::issuer::{FakeIssuer, NOW};
use crate::site::Site;

fn challenge(wanted: &str) -> String {
    format!(
        "Bearer realm=\"shop\", error=\"insufficient_user_authentication\", \
         error_description=\"Sign in again as the challenge says\", {wanted}"
    )
}

#[track_caller]
fn signed_in(seconds_ago: i64, acr: &str) -> Value {
    json!({"auth_time": NOW.0 - seconds_ago, "acr": acr})
}

#[actix_web::test]
async fn one_of_the_authentication_contexts_is_needed_to_the_letter() {
    let site = Site::start();
    for acr in ["urn:okta:loa:2fa:any", "phr"] {
        site.get_as("/strong", json!({"acr": acr})).await.check_body("00uAlice");
    }
    let expected = challenge(r#"acr_values="urn:okta:loa:2fa:any phr""#);
    for acr in ["urn:okta:loa:1fa:any", "PHR", "urn:okta:loa:2fa:any phr", "urn:okta:loa:2fa:any:ifpossible"]
    {
        site.get_as("/strong", json!({"acr": acr})).await.check(401, Some(&expected));
    }
    site.get_as("/strong", json!({})).await.check(401, Some(&expected));
}

#[actix_web::test]
async fn a_sign_in_must_be_recent_and_a_token_that_does_not_say_is_not() {
    let site = Site::start();
    for recent in [0, 299, 300, -30] {
        site.get_as("/recent", json!({"auth_time": NOW.0 - recent})).await.check_body("00uAlice");
    }
    let expected = challenge(r#"max_age="300""#);
    for old in [301, 3000, NOW.0] {
        site.get_as("/recent", json!({"auth_time": NOW.0 - old})).await.check(401, Some(&expected));
    }
    let service = FakeIssuer::start();
    let config = BearerConfig::new(service.verifier()).realm("shop").clock(|| NOW);
    let site = Site::serve(service, Some(config));
    let mut claims = site.issuer.claims();
    claims.as_object_mut().unwrap().remove("auth_time");
    let token =
        crate::issuer::seal(&crate::issuer::header().to_string(), &claims.to_string(), crate::issuer::rs256);
    let answer = site.get_with("/recent", format!("Bearer {token}").as_bytes()).await;
    answer.check(401, Some(&expected));
}

#[actix_web::test]
async fn a_handler_asks_for_both_in_one_challenge() {
    let site = Site::start();
    site.get_as("/large-order", signed_in(10, "urn:okta:loa:2fa:any")).await.check_body("00uAlice");
    let expected = challenge(r#"acr_values="urn:okta:loa:2fa:any", max_age="300""#);
    for claims in [
        signed_in(10, "urn:okta:loa:1fa:any"),
        signed_in(1000, "urn:okta:loa:2fa:any"),
        json!({"acr": "urn:okta:loa:2fa:any", "auth_time": 0}),
    ] {
        let answer = site.get_as("/large-order", claims).await;
        answer.check(401, Some(&expected));
        assert!(answer.body.contains(r#""code":"insufficient_user_authentication""#), "{}", answer.body);
    }
}

#[actix_web::test]
async fn a_bad_token_is_told_that_it_is_bad_first() {
    let site = Site::start();
    for path in ["/strong", "/recent", "/large-order"] {
        assert!(site.get(path).await.header("www-authenticate").is_some_and(|c| !c.contains("error")));
        let answer = site.get_as(path, json!({"aud": "api://other"})).await;
        assert!(answer.header("www-authenticate").is_some_and(|c| c.contains("invalid_token")), "{answer:?}");
    }
}
