//! What somebody allowed apps on the consent page: `/users/{id}/grants` and `/users/{id}/clients/{client}/grants`. What
//! is revoked is asked about again; tokens stay good.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::page::{self, Pages};
use super::refresh_tokens::{client, expands_scope, parties, shown_scope};
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::authorization_server::AuthorizationServer;
use crate::org::consents::AllowedScope;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::timestamp::iso;

const PAGES: Pages = Pages { expands: Some("scope"), ..Pages::of(20, 200) };

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/users/{id}/grants").route(web::get().to(list)).route(web::delete().to(revoke_all)))
        .service(
            at("/users/{id}/grants/{grant}").route(web::get().to(get)).route(web::delete().to(revoke_one)),
        )
        .service(
            at("/users/{id}/clients/{client}/grants")
                .route(web::get().to(list_of_client))
                .route(web::delete().to(revoke_of_client)),
        );
}

async fn list(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let user_id = lookup::user(&state.directory, &id)?.id.clone();
    answer(&tenant, &state, &user_id, &request, |_| true)
}

async fn list_of_client(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let user_id = lookup::user(&state.directory, &path.0)?.id.clone();
    let client_id = &client(&state.directory, &path.1)?.id;
    answer(&tenant, &state, &user_id, &request, |allowed| allowed.client_id == *client_id)
}

fn answer(
    tenant: &Tenant,
    state: &State,
    user_id: &str,
    request: &HttpRequest,
    meant: impl Fn(&AllowedScope) -> bool,
) -> Answer {
    let query = Parameters::parse(request.query_string());
    let wanted = |shown: &Value| query.get("scopeId").is_none_or(|id| shown["scopeId"] == id);
    let with_scope = expands_scope(request);
    let meant = state.consents.of(user_id).iter().filter(|allowed| meant(allowed));
    let shown = meant.filter_map(|allowed| show(tenant, state, user_id, allowed, with_scope));
    page::respond(tenant, request, shown.filter(wanted).collect(), PAGES)
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let user_id = &lookup::user(&state.directory, &path.0)?.id;
    let found = state.consents.of(user_id).iter().find(|allowed| allowed.id == path.1);
    let shown = found.and_then(|allowed| show(&tenant, &state, user_id, allowed, expands_scope(&request)));
    Ok(HttpResponse::Ok().json(shown.ok_or_else(|| unknown(&path.1))?))
}

async fn revoke_all(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    revoke(&tenant, &id, "app.oauth2.as.consent.revoke.user", |_| true)?;
    Ok(no_content())
}

async fn revoke_one(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    match revoke(&tenant, &path.0, "app.oauth2.as.consent.revoke", |allowed| allowed.id == path.1)? {
        0 => Err(unknown(&path.1)),
        _ => Ok(no_content()),
    }
}

async fn revoke_of_client(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let client_id = client(&tenant.state().directory, &path.1)?.id.clone();
    let meant = |allowed: &AllowedScope| allowed.client_id == client_id;
    revoke(&tenant, &path.0, "app.oauth2.as.consent.revoke.user.client", meant)?;
    Ok(no_content())
}

/// Says how many there were.
fn revoke(
    tenant: &Tenant,
    id: &str,
    event: &'static str,
    meant: impl Fn(&AllowedScope) -> bool,
) -> Result<usize, Refusal> {
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, id)?.clone();
    let revoked = state.consents.revoke(&user.id, meant);
    if revoked > 0 {
        tenant.record_change(event, vec![targets::user(&user)]);
    }
    Ok(revoked)
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(id, "OAuth2ScopeConsentGrant")
}

/// A grant; none whose scope no longer exists.
fn show(
    tenant: &Tenant,
    state: &State,
    user_id: &str,
    allowed: &AllowedScope,
    with_scope: bool,
) -> Option<Value> {
    let directory = &state.directory;
    let server = directory.servers.iter().find(|server| server.id == allowed.server_id)?;
    let scope = server.scopes.iter().find(|scope| scope.name == allowed.scope)?;
    let own = format!("{}/api/v1/users/{user_id}/grants/{}", tenant.base_url, allowed.id);
    let own = json!({"href": own, "hints": {"allow": ["GET", "DELETE"]}});
    let of_scope = shown(tenant, server, &allowed.scope)["_links"]["scope"].clone();
    let ids = (&*allowed.client_id, user_id, &*allowed.server_id);
    let links = parties(tenant, directory, ids, vec![("self", own), ("scope", of_scope)]);
    let mut grant = json!({
        "id": allowed.id,
        "status": "ACTIVE",
        "created": iso(allowed.created_at),
        "lastUpdated": iso(allowed.created_at),
        "issuer": tenant.issuer(&allowed.server_id),
        "clientId": allowed.client_id,
        "userId": user_id,
        "scopeId": scope.id,
        "source": "END_USER",
        "_links": links,
    });
    if with_scope {
        grant["_embedded"] = json!({"scope": shown(tenant, server, &allowed.scope)});
    }
    Some(grant)
}

fn shown(tenant: &Tenant, server: &AuthorizationServer, scope: &str) -> Value {
    shown_scope(tenant, server, scope).unwrap_or_default()
}
