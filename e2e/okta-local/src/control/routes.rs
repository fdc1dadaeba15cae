//! The control plane's requests.

use std::time::Duration;

use actix_web::error::ErrorNotFound;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Json, ServiceConfig};
use actix_web::{HttpResponse, Result};
use serde_json::{Map, Value, json};

use super::orders::{Advance, FaultOrder, Kid, Person, RateLimit, Settings};
use crate::counters::Endpoint;
use crate::loopback;
use crate::org::tenant::Tenant;

type Control = Data<Tenant>;

/// Adds all routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let scope = web::scope("")
        .wrap(from_fn(loopback::only))
        .route("/clock", web::get().to(async |org: Control| clock(&org)))
        .route("/clock", web::post().to(advance))
        .route("/keys/rotate", web::post().to(async |org: Control, _: Json<Empty>| rotate(&org).await))
        .route("/keys/add", web::post().to(async |org: Control, _: Json<Empty>| add_key(&org).await))
        .route("/keys/retire", web::post().to(retire))
        .route("/settings", web::post().to(settings))
        .route("/rate-limits", web::post().to(rate_limit))
        .route("/faults", web::post().to(fault))
        .route("/faults/clear", web::post().to(clear_faults))
        .route("/users/unassign", web::post().to(unassign))
        .route("/users/assign", web::post().to(assign))
        .route("/policies/remove", web::post().to(remove_policies))
        .route("/sessions/end", web::post().to(end_sessions))
        .route("/tokens/revoke", web::post().to(revoke))
        .route("/counters", web::get().to(async |org: Control| counters(&org)))
        .route("/log", web::get().to(async |org: Control| log(&org)));
    config.service(scope);
}

/// A body that says nothing: `{}`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

fn clock(org: &Tenant) -> HttpResponse {
    HttpResponse::Ok().json(json!({"now": org.now()}))
}

async fn advance(org: Control, order: Json<Advance>) -> HttpResponse {
    org.clock.advance(Duration::from_secs(order.advance_seconds));
    clock(&org)
}

/// Keys take a while to make.
async fn rotate(org: &Control) -> HttpResponse {
    let tenant = org.clone();
    kid(web::block(move || tenant.keys.rotate(tenant.now())).await)
}

async fn add_key(org: &Control) -> HttpResponse {
    let tenant = org.clone();
    kid(web::block(move || tenant.keys.add()).await)
}

fn kid<E>(made: std::result::Result<String, E>) -> HttpResponse {
    match made {
        Ok(kid) => HttpResponse::Ok().json(json!({"kid": kid})),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

async fn retire(org: Control, order: Json<Kid>) -> Result<HttpResponse> {
    found(org.keys.retire(&order.kid), "no such key, or one that is needed")
}

async fn settings(org: Control, order: Json<Settings>) -> HttpResponse {
    let seconds = Duration::from_secs;
    org.change_lifetimes(|lifetimes| {
        let end = |given: u64| (given > 0).then(|| seconds(given));
        lifetimes.access_token = order.access_token_seconds.map_or(lifetimes.access_token, seconds);
        lifetimes.refresh_token = order.refresh_token_seconds.map_or(lifetimes.refresh_token, end);
        lifetimes.refresh_window = order.refresh_window_seconds.map_or(lifetimes.refresh_window, seconds);
    });
    if let Some(grace) = order.refresh_grace_seconds {
        org.set_refresh_grace(seconds(grace));
    }
    if let Some(named) = order.response_iss {
        org.state().response_iss = named;
    }
    done()
}

async fn rate_limit(org: Control, order: Json<RateLimit>) -> Result<HttpResponse> {
    org.limits.set(endpoint(&order.endpoint)?, order.requests_per_minute);
    Ok(done())
}

async fn fault(org: Control, order: Json<FaultOrder>) -> Result<HttpResponse> {
    let order = order.into_inner();
    org.faults.order(endpoint(&order.endpoint)?, order.fault.into(), order.answers);
    Ok(done())
}

async fn clear_faults(org: Control, _: Json<Empty>) -> HttpResponse {
    org.faults.clear();
    done()
}

async fn unassign(org: Control, order: Json<Person>) -> Result<HttpResponse> {
    found(org.unassign(&order.login), "nobody has that login")
}

async fn assign(org: Control, order: Json<Person>) -> Result<HttpResponse> {
    found(org.assign(&order.login), "nobody has that login")
}

async fn remove_policies(org: Control, _: Json<Empty>) -> HttpResponse {
    org.remove_policies();
    done()
}

async fn end_sessions(org: Control, order: Json<Person>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"ended": org.end_sessions_of(&order.login)}))
}

async fn revoke(org: Control, order: Json<Person>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"revoked": org.revoke_tokens_of(&order.login)}))
}

fn counters(org: &Tenant) -> HttpResponse {
    let counts = Endpoint::ALL
        .iter()
        .map(|endpoint| (endpoint.as_str().to_owned(), org.counters.of(*endpoint).into()));
    HttpResponse::Ok().json(counts.collect::<Map<String, Value>>())
}

fn log(org: &Tenant) -> HttpResponse {
    HttpResponse::Ok().json(org.log.events().iter().map(|event| event.to_json()).collect::<Vec<_>>())
}

fn endpoint(name: &str) -> Result<Endpoint> {
    let known = || Endpoint::ALL.iter().map(|endpoint| endpoint.as_str()).collect::<Vec<_>>().join(", ");
    Endpoint::parse(name).ok_or_else(|| ErrorNotFound(format!("no such endpoint; there are: {}", known())))
}

fn found(found: bool, else_say: &'static str) -> Result<HttpResponse> {
    if found { Ok(done()) } else { Err(ErrorNotFound(else_say)) }
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
