//! `/api/v1/apps`: OpenID Connect apps, and others that are kept without effect.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::app_body::checked;
use super::body::already_exists;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::{app_shape, assignment_shapes, lookup, targets};
use crate::org::client::{self, Client};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;

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
    let person = expanded(&query)?;
    let named = |client: &&Client| page::matches(&query, &[&client.app.label, client.name()]);
    let item = |client| with_people(&state, client, show_with(&tenant, &state, client, person));
    let items = state.directory.clients.iter().filter(named).map(item).collect();
    drop(state);
    let attributes = ["id", "status", "name", "user.id", "group.id"];
    let mut items = page::filtered(&query, items, &attributes)?;
    items
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|item| item.retain(|name, _| !PEOPLE.contains(&name.as_str())));
    page::respond(&tenant, &request, items, PAGES)
}

/// What a list may be filtered by and does not show.
const PEOPLE: [&str; 2] = ["user", "group"];

fn with_people(state: &State, client: &Client, mut shown: Value) -> Value {
    let users = state.directory.users.iter().filter(|user| assignment_shapes::has(state, client, user));
    shown["user"] = json!({"id": users.map(|user| &user.id).collect::<Vec<_>>()});
    shown["group"] = json!({"id": client.shown_groups()});
    shown
}

/// Whose assignment an answer is to hold: `expand=user/{id}`.
fn expanded(query: &Parameters) -> Result<Option<&str>, Refusal> {
    let Some(expand) = query.get("expand") else { return Ok(None) };
    let id = expand
        .strip_prefix("user/")
        .filter(|id| id.len() == 20 && id.bytes().all(|b| b.is_ascii_alphanumeric()));
    id.map(Some).ok_or_else(|| Refusal::invalid("RequestParams", "Expand query is malformed."))
}

fn show_with(tenant: &Tenant, state: &State, client: &Client, person: Option<&str>) -> Value {
    let mut shown = app_shape::show(tenant, client);
    let person = person.and_then(|id| state.directory.user(id));
    if let Some(user) =
        person.and_then(|user| assignment_shapes::show_user(tenant, state, client, user, false))
    {
        shown["_embedded"] = json!({"user": user});
    }
    shown
}

async fn get(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let person = expanded(&query)?;
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(show_with(&tenant, &state, client, person)))
}

/// Labels need not differ.
async fn create(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> Answer {
    let checked = checked(&body, None)?;
    let query = Parameters::parse(request.query_string());
    let now = tenant.now();
    let mut state = tenant.state();
    let mut client = Client::new(random::id("0oa"), checked.app.clone(), now);
    if let Some(id) = &checked.client_id {
        if state.directory.clients.iter().any(|other| other.id == *id) {
            return Err(already_exists("client_id"));
        }
        client.app_id = Some(std::mem::replace(&mut client.id, id.clone()));
    }
    checked.apply(&mut client, now);
    client.active = query.get("activate") != Some("false");
    let shown = app_shape::show_with_secret(&tenant, &client);
    tenant.record_change("application.lifecycle.create", vec![targets::app(&client)]);
    state.directory.clients.push(client);
    Ok(HttpResponse::Ok().json(shown))
}

/// Replaces all that may be changed; what the body leaves out is as in a new app.
async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let former = lookup::app(&state.directory, &id)?;
    let checked = checked(&body, Some(former))?;
    let mode = checked.integration.as_ref().map(|integration| integration.sign_on_mode.as_str());
    if mode.unwrap_or(client::OPENID_CONNECT) != former.sign_on_mode() {
        return Err(Refusal::invalid("signOnMode", "signOnMode: It cannot be changed."));
    }
    if former.app.kind != checked.app.kind {
        let cause = "application_type: It cannot be changed.";
        return Err(Refusal::invalid("application_type", cause));
    }
    let client = lookup::app_mut(&mut state, &id)?;
    let former_key = client.signing.active_kid(client.app_id());
    checked.apply(client, now);
    tenant.record_change("application.lifecycle.update", vec![targets::app(client)]);
    if client.signing.active_kid(client.app_id()) != former_key {
        tenant.record_change("app.keys.rotate", vec![targets::app(client)]);
    }
    Ok(HttpResponse::Ok().json(app_shape::show_with_secret(&tenant, client)))
}

/// Only an app that was deactivated before. Policies that named it name it no longer.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    if client.active {
        return Err(Refusal::AppIsActive);
    }
    tenant.record_change("application.lifecycle.delete", vec![targets::app(client)]);
    let client_id = client.id.clone();
    state.consents.forget_client(&client_id);
    state.directory.clients.retain(|client| client.id != client_id);
    state.directory.policies_mut().for_each(|policy| policy.clients.forget(&client_id));
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
    let client = lookup::app_mut(&mut state, id)?;
    if client.active != active {
        (client.active, client.updated_at) = (active, now);
        tenant.record_change(event, vec![targets::app(client)]);
    }
    Ok(HttpResponse::Ok().json(json!({})))
}
