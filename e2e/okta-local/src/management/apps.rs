//! `/api/v1/apps`: OpenID Connect apps.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::app_body::{AppBody, show};
use super::{invalid, page, read};
use crate::okta_error;
use crate::org::app::{ApplicationType, Assignments, Client};
use crate::org::client_secret::ClientSecret;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/apps", web::get().to(list))
        .route("/apps", web::post().to(create))
        .route("/apps/{id}", web::get().to(get))
        .route("/apps/{id}", web::put().to(update))
        .route("/apps/{id}", web::delete().to(delete))
        .route("/apps/{id}/lifecycle/{act}", web::post().to(lifecycle));
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let clients = state.directory.clients.iter().filter(|client| page::matches(&query, &[&client.app.label]));
    let items = clients.map(|client| show(&tenant.base_url, client)).collect();
    drop(state);
    page::respond(&tenant, &request, items)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    with(&tenant, &id, |client| HttpResponse::Ok().json(show(&tenant.base_url, client)))
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> HttpResponse {
    let (app, grant_types) = match checked(&tenant, &body, None) {
        Ok(checked) => checked,
        Err(refusal) => return *refusal,
    };
    let now = tenant.now();
    let secret = (app.kind == ApplicationType::Service).then(ClientSecret::fresh);
    let client = Client {
        id: random::id("0oa"),
        app,
        secret,
        grant_types,
        assignments: Assignments::default(),
        active: true,
        created_at: now,
        updated_at: now,
    };
    let shown = show(&tenant.base_url, &client);
    tenant.state().directory.clients.push(client);
    HttpResponse::Ok().json(shown)
}

async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> HttpResponse {
    let (app, grant_types) = match checked(&tenant, &body, Some(&id)) {
        Ok(checked) => checked,
        Err(refusal) => return *refusal,
    };
    let now = tenant.now();
    with(&tenant, &id, |client| {
        if client.app.kind != app.kind {
            let cause = "application_type: It cannot be changed.".to_owned();
            return invalid("settings.oauthClient.application_type", &[cause]);
        }
        (client.app, client.grant_types, client.updated_at) = (app, grant_types, now);
        HttpResponse::Ok().json(show(&tenant.base_url, client))
    })
}

/// Only an app that was deactivated before.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    let refused = with(&tenant, &id, |client| {
        if client.active {
            let summary = "You do not have permission to perform the requested action";
            return okta_error::respond(StatusCode::FORBIDDEN, "E0000056", summary);
        }
        HttpResponse::NoContent().finish()
    });
    if refused.status() == StatusCode::NO_CONTENT {
        tenant.state().directory.clients.retain(|client| client.id != *id);
    }
    refused
}

async fn lifecycle(tenant: Data<Tenant>, path: Path<(String, String)>) -> HttpResponse {
    let (id, act) = path.into_inner();
    let active = match act.as_str() {
        "activate" => true,
        "deactivate" => false,
        _ => return okta_error::not_found("the requested path (Endpoint)"),
    };
    with(&tenant, &id, |client| {
        client.active = active;
        HttpResponse::Ok().json(json!({}))
    })
}

type Checked = (crate::org::app::App, Vec<crate::org::app::GrantType>);

/// What a body says, if it is in order and no other app has its label.
fn checked(tenant: &Tenant, body: &[u8], own: Option<&str>) -> Result<Checked, Box<HttpResponse>> {
    let body: AppBody = read(body)?;
    let checked = body.check().map_err(|(field, causes)| Box::new(invalid(field, &causes)))?;
    let state = tenant.state();
    let mut others = state.directory.clients.iter().filter(|client| Some(client.id.as_str()) != own);
    if body.label.trim().is_empty() || others.any(|client| client.app.label == body.label) {
        let cause = "label: It must not be empty, nor that of another app.".to_owned();
        return Err(Box::new(invalid("label", &[cause])));
    }
    Ok(checked)
}

/// The app of that id, active or not; 404 where there is none.
pub(super) fn with(tenant: &Tenant, id: &str, act: impl FnOnce(&mut Client) -> HttpResponse) -> HttpResponse {
    let mut state = tenant.state();
    match state.directory.clients.iter_mut().find(|client| client.id == id) {
        Some(client) => act(client),
        None => okta_error::not_found(&format!("{id} (AppInstance)")),
    }
}

/// A member of an app's list of people or groups.
pub(super) fn member(id: &str) -> Value {
    json!({"id": id})
}
