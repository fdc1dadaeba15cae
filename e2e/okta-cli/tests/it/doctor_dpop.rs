//! `cargo okta doctor` where tokens are bound to a key (DPoP).

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::SPA;
use crate::call::bind;
use crate::doctor::{Place, good, serve};
use crate::ill_org::{IllOrg, Illness};

async fn bound(place: &Place, app: bool, service: bool) {
    bind(&place.org, place.org.client_id(), app).await;
    bind(&place.org, &place.org.service_client().client_id, service).await;
}

/// Every check holds.
async fn holds(place: Place, token: bool) {
    let (name, value) = if token { ("", "") } else { ("OKTA_CLIENT_TOKEN", "") };
    let (code, findings) = place.doctor(name, value).await;
    let lines = findings["checks"].as_array().unwrap();
    let is_bad = |line: &&Value| line["verdict"] == "failed" || line["verdict"] == "warned";
    assert!(code == 0 && lines.iter().find(is_bad).is_none(), "{findings:#}");
    assert!(lines.iter().any(|line| line["check"] == "api-dpop" && line["verdict"] == "ok"), "{findings:#}");
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bound_tokens_are_looked_at_with_proofs_with_an_api_token_and_without() {
    for (required, token) in [(true, true), (true, false), (false, true)] {
        let place = Place::start(|settings| settings.proofs.required = required).await;
        bound(&place, true, true).await;
        holds(place, token).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_demands_what_the_app_does_not_get_is_named() {
    for (name, value) in [("", ""), ("OKTA_CLIENT_TOKEN", "")] {
        let place = Place::start(|settings| settings.proofs.required = true).await;
        bound(&place, false, true).await;
        let line = place.named_with(name, value, "api-dpop").await;
        let remedy = line["remedy"].as_str().unwrap();
        assert!(remedy.contains("setup --dpop") && remedy.contains("Proof of possession"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_app_that_is_left_out_is_a_warning() {
    let place = Place::start(|settings| settings.proofs.required = true).await;
    bound(&place, true, false).await;
    let line = place.warned("api-accepts").await;
    assert!(line["remedy"].as_str().unwrap().contains("--dpop-service"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_does_not_know_its_address_is_named() {
    let elsewhere = okta_types::HttpUrl::parse("https://api.example.com").unwrap();
    let place = Place::start(|settings| settings.proofs.public_urls = vec![elsewhere]).await;
    bound(&place, true, true).await;
    let line = place.named("api-accepts").await;
    assert!(line["remedy"].as_str().unwrap().contains("PUBLIC_URL"), "{line}");
}

/// An API that has never heard of DPoP, to whoever asks with this header.
fn bearer_only(request: &HttpRequest) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut answer = match (request.path(), header("authorization")) {
        ("/api/messages", None) if request.method() == "GET" => HttpResponse::Unauthorized(),
        ("/api/messages", Some("Bearer doctor.doctor.doctor")) => HttpResponse::Unauthorized(),
        _ => HttpResponse::Ok(),
    };
    let forged = if header("authorization").is_some() { ", error=\"invalid_token\"" } else { "" };
    answer.insert_header(("www-authenticate", format!("Bearer realm=\"old\"{forged}")));
    if header("origin") == Some(SPA) {
        answer.insert_header(("access-control-allow-origin", SPA));
    }
    answer.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_takes_bearer_tokens_only_is_named_where_the_app_gets_others() {
    let place = good().await;
    bound(&place, true, false).await;
    let (address, handle) = serve(bearer_only);
    let line = place.named_with("API_ADDR", &address, "api-dpop").await;
    let (cause, remedy) = (line["cause"].as_str().unwrap(), line["remedy"].as_str().unwrap());
    assert!(cause.contains("bearer tokens only") && remedy.contains("update the API"), "{line}");
    handle.stop(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_binds_tokens_and_says_in_its_documents_that_it_cannot_is_named() {
    let place = good().await;
    bound(&place, true, false).await;
    let ill = IllOrg::before(&place.org, Illness::OffersNoProofs);
    let issuer = format!("{}/oauth2/default", ill.url);
    let line = place.named_with("OKTA_OAUTH2_ISSUER", &issuer, "api-dpop").await;
    let (cause, remedy) = (line["cause"].as_str().unwrap(), line["remedy"].as_str().unwrap());
    assert!(cause.contains("does not list ES256") && remedy.contains("proxy"), "{line}");
    ill.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_spoils_proofs_is_one_mistake() {
    let place = Place::start(|settings| settings.proofs.required = true).await;
    bound(&place, true, true).await;
    place.org.advance_clock(Duration::from_secs(3600));
    place.named("clock").await;
}
