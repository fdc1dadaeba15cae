//! The body's words, and that one request verifies its token once.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use okta_actix::{Bearer, BearerConfig};
use serde_json::{Value, json};

use crate::issuer::{FakeIssuer, NOW};
use crate::site::Site;

#[actix_web::test]
async fn the_body_says_what_to_do_and_nothing_of_the_inside() {
    let site = Site::start();
    let answer = site.get_as("/whoami", json!({"iss": "https://evil.test/oauth2/default"})).await;
    assert_eq!(
        serde_json::from_str::<Value>(&answer.body).unwrap(),
        json!({"type": "about:blank", "title": "A valid access token is needed.", "status": 401, "code": "unauthorized",
               "detail": "The access token is invalid"})
    );
}

#[actix_web::test]
async fn several_extractors_in_one_request_verify_once() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let clock = || {
        ASKED.fetch_add(1, Ordering::SeqCst);
        NOW
    };
    let issuer = FakeIssuer::start();
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    let config = BearerConfig::new(verifier).clock(clock);
    let site = Site::serve(issuer, Some(config));
    site.get_as("/all", json!({})).await.check_body("once");
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    site.get_as("/all", json!({"exp": NOW.0 - 200})).await;
    assert_eq!(ASKED.load(Ordering::SeqCst), 2, "a verdict is not carried over to the next request");
}

#[actix_web::test]
async fn a_verdict_under_one_configuration_is_none_under_another() {
    let (outer, inner) = (FakeIssuer::start(), FakeIssuer::start());
    let config = |issuer: &FakeIssuer| web::Data::new(BearerConfig::new(issuer.verifier()).clock(|| NOW));
    let check_first = async |mut request: ServiceRequest, next: Next<_>| {
        request.extract::<Bearer>().await?;
        next.call(request).await
    };
    let whoami = || web::to(async |bearer: Bearer| bearer.subject().id().to_owned());
    let app = init_service(
        App::new()
            .app_data(config(&outer))
            .route("/outer", whoami())
            .service(web::scope("/inner").app_data(config(&inner)).route("", whoami()))
            .wrap(from_fn(check_first)),
    )
    .await;
    let header = ("authorization", format!("Bearer {}", outer.token(json!({}))));
    let status = async |path| {
        call_service(&app, TestRequest::get().uri(path).insert_header(header.clone()).to_request())
            .await
            .status()
    };
    assert_eq!((status("/outer").await.as_u16(), status("/inner").await.as_u16()), (200, 401));
}
