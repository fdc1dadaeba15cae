//! `/api/v1/authorizationServers`: custom authorization servers and their scopes.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{invalid, page, read};
use crate::okta_error;
use crate::org::authorization_server::{AuthorizationServer, Scope, is_scope_name};
use crate::org::tenant::Tenant;
use crate::random::seeded_id;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/authorizationServers", web::get().to(list))
        .route("/authorizationServers/{id}", web::get().to(get))
        .route("/authorizationServers/{id}/scopes", web::get().to(scopes))
        .route("/authorizationServers/{id}/scopes", web::post().to(create_scope));
}

#[derive(Deserialize)]
struct ScopeBody {
    name: String,
    #[serde(default)]
    description: String,
    consent: Option<String>,
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let state = tenant.state();
    let custom = state.directory.servers.iter().filter(|server| !server.is_orgs_own());
    let items = custom.map(|server| show(&tenant, server)).collect();
    drop(state);
    page::respond(&tenant, &request, items)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    match tenant.state().directory.server(&id) {
        Some(server) => HttpResponse::Ok().json(show(&tenant, server)),
        None => missing(&id),
    }
}

async fn scopes(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> HttpResponse {
    let state = tenant.state();
    let Some(server) = state.directory.server(&id) else { return missing(&id) };
    let items = server.scopes.iter().map(|scope| show_scope(&id, scope)).collect();
    drop(state);
    page::respond(&tenant, &request, items)
}

async fn create_scope(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> HttpResponse {
    let body: ScopeBody = match read(&body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let mut state = tenant.state();
    let Some(server) = state.directory.servers.iter_mut().find(|server| server.id == *id) else {
        return missing(&id);
    };
    if !is_scope_name(&body.name) || server.has_scope(&body.name) {
        return invalid(
            "name",
            &["name: It must be a scope's name that the server does not have.".to_owned()],
        );
    }
    let asks_consent = matches!(body.consent.as_deref(), Some("REQUIRED" | "FLEXIBLE"));
    let scope = Scope { name: body.name, meaning: body.description, asks_consent };
    let shown = show_scope(&id, &scope);
    server.scopes.push(scope);
    HttpResponse::Created().json(shown)
}

fn missing(id: &str) -> HttpResponse {
    okta_error::not_found(&format!("{id} (AuthorizationServer)"))
}

fn show(tenant: &Tenant, server: &AuthorizationServer) -> Value {
    json!({
        "id": server.id,
        "name": server.id,
        "audiences": [server.audience],
        "issuer": tenant.issuer(&server.id),
        "issuerMode": "ORG_URL",
        "status": "ACTIVE",
        "credentials": {"signing": {"rotationMode": "AUTO"}},
        "_links": {"self": {"href": format!("{}/api/v1/authorizationServers/{}", tenant.base_url, server.id)}},
    })
}

fn show_scope(server_id: &str, scope: &Scope) -> Value {
    json!({
        "id": seeded_id("scp", 0, &format!("{server_id} {}", scope.name)),
        "name": scope.name,
        "description": scope.meaning,
        "consent": if scope.asks_consent { "FLEXIBLE" } else { "IMPLICIT" },
        "default": false,
        "metadataPublish": "ALL_CLIENTS",
    })
}
