//! `/api/v1/internal/apps/{id}/settings/oauth/idToken`: the groups claim of an app's ID tokens. Okta's Terraform
//! provider reads and writes it with every app; it is kept and shown, and stands in no token.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::body::read;
use super::resource::at;
use super::{lookup, targets};
use crate::org::client::Client;
use crate::org::tenant::Tenant;

pub(super) fn routes(config: &mut ServiceConfig) {
    let place = at("/internal/apps/{id}/settings/oauth/idToken");
    config.service(place.route(web::get().to(get)).route(web::post().to(update)));
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&tenant, lookup::app(&state.directory, &id)?)))
}

async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let claim: Map<String, Value> = read(&body)?;
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &id)?;
    client.groups_claim = claim.into_iter().filter(|(_, value)| !value.is_null()).collect();
    tenant.record_change("application.lifecycle.update", vec![targets::app(client)]);
    Ok(HttpResponse::Ok().json(show(&tenant, client)))
}

/// Without a claim its type is `NONE`.
fn show(tenant: &Tenant, client: &Client) -> Value {
    let mut shown = json!({
        "valueType": "NONE",
        "issuerMode": "ORG_URL",
        "issuer": tenant.base_url,
        "orgUrl": tenant.base_url,
        "audience": client.id,
    });
    for (name, value) in &client.groups_claim {
        shown[name] = value.clone();
    }
    shown
}
