//! `/api/v1/apps/{id}/credentials/secrets`: the client secrets of a service, so that one can replace another
//! while both work.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::base64url;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::answer::{Answer, no_content};
use super::app_credentials::chosen_secret;
use super::body::read;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::shape::{lifecycle_act, link, status};
use super::{lookup, targets};
use crate::org::client_secret::{ClientSecret, ClientSecrets, KeptSecret};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

/// What Okta calls a secret in its refusals.
const SECRET: &str = "OAuth2ClientSecretMediated";

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = "/apps/{id}/credentials/secrets";
    config
        .service(at(base).route(web::get().to(list)).route(web::post().to(create)))
        .service(at(&format!("{base}/{{secret}}")).route(web::get().to(get)).route(web::delete().to(delete)))
        .service(at(&format!("{base}/{{secret}}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{base}/{{secret}}/lifecycle/deactivate")).route(web::post().to(deactivate)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SecretBody {
    client_secret: Option<String>,
    status: Option<String>,
}

async fn list(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let kept = client.secret.iter().flat_map(|secrets| &secrets.0);
    let items = kept.map(|secret| show(&tenant, &id, secret)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::WHOLE)
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, secret) = path.into_inner();
    let mut state = tenant.state();
    let secrets = secrets(&mut state, &id)?;
    Ok(HttpResponse::Ok().json(show(&tenant, &id, &secrets.0[place(secrets, &secret)?])))
}

/// A body is not needed: the org makes a secret then.
async fn create(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body = if body.is_empty() { SecretBody::default() } else { read(&body)? };
    let secret = body.client_secret.as_deref().map_or_else(|| Ok(ClientSecret::fresh()), chosen_secret)?;
    let mut kept = KeptSecret::new(secret, tenant.now());
    kept.active = body.status.as_deref() != Some("INACTIVE");
    let mut state = tenant.state();
    let secrets = secrets(&mut state, &id)?;
    if secrets.0.len() >= ClientSecrets::MAX {
        let cause = "You've reached the maximum number of client secrets per client.";
        return Err(Refusal::invalid(SECRET, cause));
    }
    let shown = show(&tenant, &id, &kept);
    secrets.0.push(kept);
    record(&tenant, &state, &id, "app.oauth2.credentials.lifecycle.create")?;
    Ok(HttpResponse::Created().json(shown))
}

/// Only one that was deactivated before.
async fn delete(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, secret) = path.into_inner();
    let mut state = tenant.state();
    let secrets = secrets(&mut state, &id)?;
    let place = place(secrets, &secret)?;
    if secrets.0[place].active {
        let cause = "You can't delete an active client secret. Deactivate the secret before deleting it.";
        return Err(Refusal::invalid(SECRET, cause));
    }
    secrets.0.remove(place);
    record(&tenant, &state, &id, "app.oauth2.credentials.lifecycle.delete")?;
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    set_active(&tenant, path.into_inner(), true)
}

async fn deactivate(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    set_active(&tenant, path.into_inner(), false)
}

fn set_active(tenant: &Tenant, (id, secret): (String, String), active: bool) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let secrets = secrets(&mut state, &id)?;
    let place = place(secrets, &secret)?;
    let another = secrets.0.iter().enumerate().any(|(i, kept)| i != place && kept.active);
    if !active && !another {
        return Err(Refusal::invalid(SECRET, "You can't deactivate the only active client secret."));
    }
    let kept = &mut secrets.0[place];
    (kept.active, kept.updated_at) = (active, now);
    let shown = show(tenant, &id, kept);
    let event = match active {
        true => "app.oauth2.credentials.lifecycle.activate",
        false => "app.oauth2.credentials.lifecycle.deactivate",
    };
    record(tenant, &state, &id, event)?;
    Ok(HttpResponse::Ok().json(shown))
}

fn record(tenant: &Tenant, state: &State, id: &str, event: &'static str) -> Result<(), Refusal> {
    let client = lookup::app(&state.directory, id)?;
    tenant.record_change(event, vec![targets::app(client)]);
    Ok(())
}

/// The secrets of a confidential client.
fn secrets<'a>(state: &'a mut State, id: &str) -> Result<&'a mut ClientSecrets, Refusal> {
    let cause = "The client does not authenticate with a secret.";
    lookup::app_mut(state, id)?.secret.as_mut().ok_or_else(|| Refusal::invalid(SECRET, cause))
}

fn place(secrets: &ClientSecrets, id: &str) -> Result<usize, Refusal> {
    let place = secrets.0.iter().position(|kept| kept.id == id);
    place.ok_or_else(|| Refusal::not_found(id, SECRET))
}

fn show(tenant: &Tenant, app: &str, kept: &KeptSecret) -> Value {
    let own = format!("/apps/{app}/credentials/secrets/{}", kept.id);
    let act = lifecycle_act(kept.active);
    let mut links = json!({});
    links[act] = link(tenant, &format!("{own}/lifecycle/{act}"), &["POST"]);
    if !kept.active {
        links["delete"] = link(tenant, &own, &["DELETE"]);
    }
    json!({
        "id": kept.id,
        "created": iso(kept.created_at),
        "lastUpdated": iso(kept.updated_at),
        "status": status(kept.active),
        "client_secret": kept.secret.expose(),
        "secret_hash": base64url::encode(&Sha256::digest(kept.secret.expose())[..16]),
        "_links": links,
    })
}
