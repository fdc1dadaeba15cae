//! `/api/v1/apps`: OpenID Connect apps.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::app_body::{AppBody, Checked, show};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::{Answer, at, no_content, read, taken};
use crate::org::app::{ApplicationType, Assignments, Client};
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
    let named = |client: &&Client| page::matches(&query, &[&client.app.label, "oidc_client"]);
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

async fn create(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> Answer {
    let checked = read::<AppBody>(&body)?.check(None)?;
    let query = Parameters::parse(request.query_string());
    let now = tenant.now();
    let mut state = tenant.state();
    check_label(&state.directory, &checked, None)?;
    let is_service = checked.app.kind == ApplicationType::Service;
    let secret = is_service.then(|| checked.secret.unwrap_or_else(ClientSecret::fresh));
    let client = Client {
        id: random::id("0oa"),
        app: checked.app,
        secret: secret.map(|secret| ClientSecrets::first(secret, now)),
        auth_method: checked.auth_method,
        grant_types: checked.grant_types,
        leeway: checked.leeway,
        assignments: Assignments::default(),
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
    let checked = read::<AppBody>(&body)?.check(Some(&id))?;
    check_label(&state.directory, &checked, Some(&id))?;
    let client = find_mut(&mut state, &id)?;
    if client.app.kind != checked.app.kind {
        let cause = "application_type: It cannot be changed.";
        return Err(Refusal::invalid("settings.oauthClient.application_type", cause));
    }
    let (second_factor, interaction_code) = (client.app.second_factor, client.app.interaction_code);
    client.app = crate::org::app::App { second_factor, interaction_code, ..checked.app };
    client.auth_method = checked.auth_method;
    client.grant_types = checked.grant_types;
    client.leeway = checked.leeway;
    client.remarks = checked.remarks;
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

fn check_label(directory: &Directory, checked: &Checked, own: Option<&str>) -> Result<(), Refusal> {
    let mut others = directory.clients.iter().filter(|client| Some(client.id.as_str()) != own);
    if others.any(|client| client.app.label == checked.app.label) { Err(taken("label")) } else { Ok(()) }
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
