//! `/api/v1/trustedOrigins`: whose pages may call the org.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Origin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{invalid, page, read};
use crate::okta_error;
use crate::org::tenant::Tenant;
use crate::random::seeded_id;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/trustedOrigins", web::get().to(list))
        .route("/trustedOrigins", web::post().to(create))
        .route("/trustedOrigins/{id}", web::get().to(get))
        .route("/trustedOrigins/{id}", web::delete().to(delete));
}

#[derive(Deserialize)]
struct Body {
    origin: String,
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let items = tenant.state().directory.trusted_origins.iter().map(|origin| show(origin)).collect();
    page::respond(&tenant, &request, items)
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> HttpResponse {
    let body: Body = match read(&body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    // What is more than an origin would never be equal to what a browser sends.
    let origin = Origin::of(&body.origin).map(|origin| origin.to_string()).ok();
    let Some(origin) = origin.filter(|origin| *origin == body.origin) else {
        return invalid("origin", &["origin: It must be scheme, host and port, and no more.".to_owned()]);
    };
    let mut state = tenant.state();
    if state.directory.trusts(&origin) {
        return invalid("origin", &["origin: It is trusted already.".to_owned()]);
    }
    let shown = show(&origin);
    state.directory.trusted_origins.push(origin);
    HttpResponse::Ok().json(shown)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    let state = tenant.state();
    match state.directory.trusted_origins.iter().find(|origin| id_of(origin) == *id) {
        Some(origin) => HttpResponse::Ok().json(show(origin)),
        None => okta_error::not_found(&format!("{id} (TrustedOrigin)")),
    }
}

async fn delete(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    let mut state = tenant.state();
    let before = state.directory.trusted_origins.len();
    state.directory.trusted_origins.retain(|origin| id_of(origin) != *id);
    match state.directory.trusted_origins.len() < before {
        true => HttpResponse::NoContent().finish(),
        false => okta_error::not_found(&format!("{id} (TrustedOrigin)")),
    }
}

/// An origin is its own name, so its id is made of it.
fn id_of(origin: &str) -> String {
    seeded_id("tos", 0, origin)
}

fn show(origin: &str) -> Value {
    json!({
        "id": id_of(origin),
        "name": origin,
        "origin": origin,
        "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}],
        "status": "ACTIVE",
    })
}
