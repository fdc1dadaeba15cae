//! `/api/v1/apps`: OpenID Connect apps, and others that are kept without effect.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::app_body::{checked, show};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::{Answer, at, no_content};
use crate::org::app::{self, App, Assignments, Client};
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::system_log::Target;

/// Of a list of apps.
const PAGES: Pages = Pages::of(20, 200);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/apps").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at("/apps/{id}")
                .route(web::get().to(get))
                .route(web::put().to(update))
                .route(web::delete().to(delete)),
        )
        .service(at("/apps/{id}/lifecycle/activate").route(web::post().to(activate)))
        .service(at("/apps/{id}/lifecycle/deactivate").route(web::post().to(deactivate)));
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let named = |client: &&Client| page::matches(&query, &[&client.app.label, client.name()]);
    let items = state.directory.clients.iter().filter(named).map(|client| show(&tenant, client)).collect();
    drop(state);
    let items = page::filtered(&query, items, &["id", "status", "name"])?;
    page::respond(&tenant, &request, items, PAGES)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let client = find(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(show(&tenant, client)))
}

/// Labels need not differ.
async fn create(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> Answer {
    let checked = checked(&body, None)?;
    let query = Parameters::parse(request.query_string());
    let now = tenant.now();
    let mut state = tenant.state();
    let has_secret = checked.app.kind.has_secret();
    let secret = has_secret.then(|| checked.secret.unwrap_or_else(ClientSecret::fresh));
    let client = Client {
        id: random::id("0oa"),
        app: checked.app,
        secret: secret.map(|secret| ClientSecrets::first(secret, now)),
        auth_method: checked.auth_method,
        grant_types: checked.grant_types,
        leeway: checked.leeway,
        assignments: Assignments::default(),
        implicit_assignment: checked.implicit_assignment,
        integration: checked.integration,
        remarks: checked.remarks,
        active: query.get("activate") != Some("false"),
        created_at: now,
        updated_at: now,
    };
    let shown = show(&tenant, &client);
    tenant.record_change("application.lifecycle.create", vec![target(&client)]);
    state.directory.clients.push(client);
    Ok(HttpResponse::Ok().json(shown))
}

/// Replaces all that may be changed; what the body leaves out is as in a new app.
async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    find(&state.directory, &id)?;
    let checked = checked(&body, Some(&id))?;
    let client = find_mut(&mut state, &id)?;
    let mode = checked.integration.as_ref().map(|integration| integration.sign_on_mode.as_str());
    if mode.unwrap_or(app::OPENID_CONNECT) != client.sign_on_mode() {
        return Err(Refusal::invalid("signOnMode", "signOnMode: It cannot be changed."));
    }
    if client.app.kind != checked.app.kind {
        let cause = "application_type: It cannot be changed.";
        return Err(Refusal::invalid("settings.oauthClient.application_type", cause));
    }
    let (second_factor, interaction_code) = (client.app.second_factor, client.app.interaction_code);
    client.app = App { second_factor, interaction_code, ..checked.app };
    client.auth_method = checked.auth_method;
    client.grant_types = checked.grant_types;
    client.leeway = checked.leeway;
    client.remarks = checked.remarks;
    client.implicit_assignment = checked.implicit_assignment;
    client.integration = checked.integration;
    client.updated_at = now;
    tenant.record_change("application.lifecycle.update", vec![target(client)]);
    Ok(HttpResponse::Ok().json(show(&tenant, client)))
}

/// Only an app that was deactivated before. Policies that named it name it no longer.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let client = find(&state.directory, &id)?;
    if client.active {
        return Err(Refusal::AppIsActive);
    }
    tenant.record_change("application.lifecycle.delete", vec![target(client)]);
    state.directory.clients.retain(|client| client.id != *id);
    state.directory.policies_mut().for_each(|policy| policy.clients.forget(&id));
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    set_active(&tenant, &id, true, "application.lifecycle.activate")
}

async fn deactivate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    set_active(&tenant, &id, false, "application.lifecycle.deactivate")
}

fn set_active(tenant: &Tenant, id: &str, active: bool, event: &'static str) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let client = find_mut(&mut state, id)?;
    if client.active != active {
        (client.active, client.updated_at) = (active, now);
        tenant.record_change(event, vec![target(client)]);
    }
    Ok(HttpResponse::Ok().json(json!({})))
}

/// The app of that id, active or not.
pub(super) fn find<'a>(directory: &'a Directory, id: &str) -> Result<&'a Client, Refusal> {
    let client = directory.clients.iter().find(|client| client.id == id);
    client.ok_or_else(|| Refusal::not_found(id, "AppInstance"))
}

/// The app of that id, active or not, to be changed.
pub(super) fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Client, Refusal> {
    let client = state.directory.clients.iter_mut().find(|client| client.id == id);
    client.ok_or_else(|| Refusal::not_found(id, "AppInstance"))
}

/// An app in an event of the System Log.
pub(super) fn target(client: &Client) -> Target {
    Target::new("AppInstance", &client.id, &client.app.label)
}
