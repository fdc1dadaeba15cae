//! `/api/v1/apps/{id}/credentials/jwks`: the public keys that an app registered, one by one. They are those of its
//! `settings.oauthClient.jwks`, and assertions are verified with the active ones.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde_json::{Map, Value, json};

use super::answer::{Answer, no_content};
use super::body::read;
use super::refusal::Refusal;
use super::registered_keys::{self, KEY, key_shown};
use super::resource::at;
use super::shape::{lifecycle_act, link, status};
use super::{lookup, targets};
use crate::org::client::Client;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = "/apps/{id}/credentials/jwks";
    config
        .service(at(base).route(web::get().to(list)).route(web::post().to(add)))
        .service(at(&format!("{base}/{{key}}")).route(web::get().to(get)).route(web::delete().to(delete)))
        .service(at(&format!("{base}/{{key}}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{base}/{{key}}/lifecycle/deactivate")).route(web::post().to(deactivate)));
}

async fn list(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let keys: Vec<_> = client.keys().map(|key| show(&tenant, client, key)).collect();
    Ok(HttpResponse::Ok().json(keys))
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, key) = path.into_inner();
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let found = client.keys().find(|known| known["id"] == key.as_str());
    Ok(HttpResponse::Ok().json(show(&tenant, client, found.ok_or_else(|| Refusal::not_found(&key, KEY))?)))
}

async fn add(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let given: Map<String, Value> = read(&body)?;
    registered_keys::check(&given)?;
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &id)?;
    let key = key_shown(&given, None);
    registered_keys::check_names(client.keys().chain([&key]))?;
    if key["use"] == "enc" && key["status"] == "ACTIVE" {
        deactivate_encryption_keys(client);
    }
    keys_mut(client).push(key.clone());
    changed(&tenant, client, "app.oauth2.credentials.lifecycle.create");
    Ok(HttpResponse::Created().json(show(&tenant, client, &key)))
}

/// Only one that was deactivated before.
async fn delete(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, key) = path.into_inner();
    let mut state = tenant.state();
    let (client, place) = find(&mut state, &id, &key)?;
    let keys = keys_mut(client);
    if keys[place]["status"] == "ACTIVE" {
        let cause = "You can't delete an active key. Deactivate the key before deleting it.";
        return Err(Refusal::invalid(KEY, cause));
    }
    keys.remove(place);
    changed(&tenant, client, "app.oauth2.credentials.lifecycle.delete");
    Ok(no_content())
}

/// Of keys for encryption there is one active at a time.
async fn activate(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, key) = path.into_inner();
    let mut state = tenant.state();
    let (client, place) = find(&mut state, &id, &key)?;
    if keys_mut(client)[place]["use"] == "enc" {
        deactivate_encryption_keys(client);
    }
    set_status(&tenant, client, place, true, "app.oauth2.credentials.lifecycle.activate")
}

/// Signatures only: a key for encryption gives way to another.
async fn deactivate(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, key) = path.into_inner();
    let mut state = tenant.state();
    let (client, place) = find(&mut state, &id, &key)?;
    if keys_mut(client)[place]["use"] == "enc" {
        return Err(Refusal::invalid(KEY, "You can only deactivate signing keys."));
    }
    set_status(&tenant, client, place, false, "app.oauth2.credentials.lifecycle.deactivate")
}

fn set_status(
    tenant: &Tenant,
    client: &mut Client,
    place: usize,
    active: bool,
    event: &'static str,
) -> Answer {
    let key = &mut keys_mut(client)[place];
    key["status"] = json!(status(active));
    let key = key.clone();
    let id = key["id"].as_str().unwrap_or_default();
    client.key_times.entry(id.to_owned()).and_modify(|times| times.updated_at = tenant.now());
    changed(tenant, client, event);
    Ok(HttpResponse::Ok().json(show(tenant, client, &key)))
}

fn deactivate_encryption_keys(client: &mut Client) {
    let keys = keys_mut(client).iter_mut();
    keys.filter(|key| key["use"] == "enc").for_each(|key| key["status"] = json!("INACTIVE"));
}

/// The app and the place of a key of that id.
fn find<'a>(state: &'a mut State, id: &str, key: &str) -> Result<(&'a mut Client, usize), Refusal> {
    let client = lookup::app_mut(state, id)?;
    let place = client.keys().position(|known| known["id"] == key);
    Ok((client, place.ok_or_else(|| Refusal::not_found(key, KEY))?))
}

fn keys_mut(client: &mut Client) -> &mut Vec<Value> {
    let jwks = client.extra_settings.entry("jwks").or_insert_with(|| json!({"keys": []}));
    let keys = &mut jwks["keys"];
    if !keys.is_array() {
        *keys = json!([]);
    }
    keys.as_array_mut().expect("a list was put there if there was none")
}

fn changed(tenant: &Tenant, client: &mut Client, event: &'static str) {
    client.note_keys(tenant.now());
    client.updated_at = tenant.now();
    tenant.record_change(event, vec![targets::app(client)]);
}

fn show(tenant: &Tenant, client: &Client, key: &Value) -> Value {
    let id = key["id"].as_str().unwrap_or_default();
    let own = format!("/apps/{}/credentials/jwks/{id}", client.app_id());
    let active = key["status"] == "ACTIVE";
    let times = client.key_times.get(id);
    let mut links = json!({});
    if key["use"] != "enc" || !active {
        let act = lifecycle_act(active);
        links[act] = link(tenant, &format!("{own}/lifecycle/{act}"), &["POST"]);
    }
    if !active {
        links["delete"] = link(tenant, &own, &["DELETE"]);
    }
    let mut shown = key.clone();
    shown["created"] = json!(iso(times.map_or(client.created_at, |times| times.created_at)));
    shown["lastUpdated"] = json!(iso(times.map_or(client.created_at, |times| times.updated_at)));
    shown["_links"] = links;
    shown
}
