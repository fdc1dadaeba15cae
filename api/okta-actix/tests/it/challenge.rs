//! Status and challenge for each way to be refused (RFC 6750 §3).

use okta_actix::BearerConfig;
use serde_json::json;

use crate::issuer::{FakeIssuer, NOW};
use crate::site::{Site, send};

const NO_ERROR: Option<&str> = Some(r#"Bearer realm="shop""#);
const INVALID: Option<&str> =
    Some(r#"Bearer realm="shop", error="invalid_token", error_description="The access token is invalid""#);
const EXPIRED: Option<&str> =
    Some(r#"Bearer realm="shop", error="invalid_token", error_description="The access token has expired""#);
const SYNTAX: Option<&str> = Some(
    r#"Bearer realm="shop", error="invalid_request", error_description="The Authorization header must be Bearer, one space and a token""#,
);
const SEVERAL: Option<&str> = Some(
    r#"Bearer realm="shop", error="invalid_request", error_description="Send one Authorization header only""#,
);
const QUERY: Option<&str> = Some(
    r#"Bearer realm="shop", error="invalid_request", error_description="Send the access token in the Authorization header only""#,
);

#[actix_web::test]
async fn a_good_token_is_let_in_however_the_scheme_is_spelled() {
    let site = Site::start();
    let token = site.issuer.token(json!({}));
    for scheme in ["Bearer", "bearer", "BEARER"] {
        site.get_with("/whoami", format!("{scheme} {token}").as_bytes()).await.check_body("00uAlice");
    }
}

#[actix_web::test]
async fn a_token_as_long_as_the_names_of_a_hundred_groups_is_let_in() {
    let site = Site::start();
    let groups: Vec<_> = (0..100).map(|i| format!("{i:03}{}", "g".repeat(80))).collect();
    assert!(site.issuer.token(json!({"groups": groups})).len() > 8 * 1024);
    site.get_as("/whoami", json!({"groups": groups})).await.check_body("00uAlice");
}

#[actix_web::test]
async fn who_shows_nothing_is_asked_without_an_error() {
    let site = Site::start();
    site.get("/whoami").await.check(401, NO_ERROR);
    site.get_with("/whoami", b"Basic YWxpY2U6c2VjcmV0").await.check(401, NO_ERROR);
    site.get_with("/whoami", b"DPoP a.b.c").await.check(401, NO_ERROR);
}

#[actix_web::test]
async fn without_a_realm_the_challenge_is_the_bare_scheme() {
    let issuer = FakeIssuer::start();
    let config = BearerConfig::new(issuer.verifier()).clock(|| NOW);
    let site = Site::serve(issuer, Some(config));
    site.get("/whoami").await.check(401, Some("Bearer"));
}

#[actix_web::test]
async fn a_malformed_header_is_a_bad_request() {
    let site = Site::start();
    let token = site.issuer.token(json!({}));
    for header in [
        "Bearer".to_owned(),
        format!("Bearer  {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token},"),
        format!("Bearer \"{token}\""),
        format!("Bearer\t{token}"),
        format!("Bearer: {token}"),
        format!("Bearer {token}\u{e9}"),
    ] {
        site.get_with("/whoami", header.as_bytes()).await.check(400, SYNTAX);
    }
    site.get_with("/whoami", b"Bearer {\"a\":\"\xff\"}").await.check(400, SYNTAX);
}

#[actix_web::test]
async fn two_headers_are_a_bad_request_even_if_they_agree() {
    let site = Site::start();
    let header = format!("Bearer {}", site.issuer.token(json!({})));
    let request = site.request("/whoami").header("authorization", &header);
    send(request.try_clone().unwrap().header("authorization", &header)).await.check(400, SEVERAL);
    send(request.header("authorization", "Basic YTpi")).await.check(400, SEVERAL);
}

#[actix_web::test]
async fn a_token_in_the_query_is_a_bad_request_with_or_without_a_header() {
    let site = Site::start();
    let token = site.issuer.token(json!({}));
    site.get(&format!("/whoami?access_token={token}")).await.check(400, QUERY);
    site.get(&format!("/whoami?a=b&access%5Ftoken={token}")).await.check(400, QUERY);
    site.get_as("/whoami?access_token=x", json!({})).await.check(400, QUERY);
}

#[actix_web::test]
async fn a_token_in_a_form_is_not_looked_at() {
    let site = Site::start();
    let form = [("access_token", site.issuer.token(json!({})))];
    send(site.post("/whoami").form(&form)).await.check(401, NO_ERROR);
}

#[actix_web::test]
async fn a_bad_token_is_invalid_and_only_its_age_is_told() {
    let site = Site::start();
    for garbage in ["garbage", "a.b.c", "a.b.c.d.e", "~+/==", &"x".repeat(20_000)] {
        site.get_with("/whoami", format!("Bearer {garbage}").as_bytes()).await.check(401, INVALID);
    }
    for changes in [
        json!({"aud": "api://other"}),
        json!({"iss": "https://evil.test/oauth2/default"}),
        json!({"cid": "0oaOther"}),
        json!({"nonce": "n"}),
        json!({"cnf": {"jkt": "x"}}),
        json!({"nbf": NOW.0 + 1000}),
        json!({"sub": ""}),
        json!({"exp": "1800003000"}),
    ] {
        site.get_as("/whoami", changes).await.check(401, INVALID);
    }
    site.get_as("/whoami", json!({"exp": NOW.0 - 200})).await.check(401, EXPIRED);
}
