//! `/api/v1/apps/{id}/grants`: scopes of Okta's own APIs that an administrator grants an app. They are kept without
//! effect: this org's API takes its API token only.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::read;
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::endpoints::API_SCOPES;
use crate::org::client::Client;
use crate::org::granted_scope::GrantedScope;
use crate::org::tenant::{ADMINISTRATOR, Tenant};
use crate::random;
use crate::timestamp::iso;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/apps/{id}/grants").route(web::get().to(list)).route(web::post().to(grant)))
        .service(at("/apps/{id}/grants/{grant}").route(web::get().to(get)).route(web::delete().to(revoke)));
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GrantBody {
    issuer: String,
    scope_id: String,
}

async fn list(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let shown: Vec<_> = client.granted.iter().map(|granted| show(&tenant, client, granted)).collect();
    Ok(HttpResponse::Ok().json(shown))
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let state = tenant.state();
    let client = lookup::app(&state.directory, &path.0)?;
    let granted = client.granted.iter().find(|granted| granted.id == path.1);
    let granted = granted.ok_or_else(|| unknown(&path.1))?;
    Ok(HttpResponse::Ok().json(show(&tenant, client, granted)))
}

/// What is granted already stays as it is.
async fn grant(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: GrantBody = read(&body)?;
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &id)?;
    if body.issuer.trim_end_matches('/') != tenant.base_url {
        return Err(Refusal::invalid("issuer", "issuer: It must be the address of this org."));
    }
    if !API_SCOPES.contains(&body.scope_id.as_str()) {
        let cause = format!("scopeId: There is no scope '{}' of Okta's APIs.", body.scope_id);
        return Err(Refusal::invalid("scopeId", cause));
    }
    if client.granted.iter().all(|granted| granted.scope != body.scope_id) {
        let (scope, created_at) = (body.scope_id.clone(), tenant.now());
        client.granted.push(GrantedScope { id: random::id("oag"), scope, created_at });
        tenant.record_change("app.oauth2.admin.consent.grant", vec![targets::app(client)]);
    }
    let granted = client.granted.iter().find(|granted| granted.scope == body.scope_id);
    let mut shown = show(&tenant, client, granted.ok_or_else(|| unknown(&body.scope_id))?);
    shown["_embedded"] = json!({"scope": {"id": body.scope_id}});
    Ok(HttpResponse::Ok().json(shown))
}

async fn revoke(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &path.0)?;
    let place = client.granted.iter().position(|granted| granted.id == path.1);
    client.granted.remove(place.ok_or_else(|| unknown(&path.1))?);
    tenant.record_change("app.oauth2.admin.consent.revoke", vec![targets::app(client)]);
    Ok(no_content())
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(id, "OAuth2ScopeConsentGrant")
}

fn show(tenant: &Tenant, client: &Client, granted: &GrantedScope) -> Value {
    let own = format!("{}/api/v1/apps/{}", tenant.base_url, client.app_id());
    let label = &client.app.label;
    json!({
        "id": granted.id,
        "status": "ACTIVE",
        "created": iso(granted.created_at),
        "createdBy": {"id": random::seeded_id("00u", 0, ADMINISTRATOR), "type": "User"},
        "lastUpdated": iso(granted.created_at),
        "issuer": tenant.base_url,
        "clientId": client.id,
        "scopeId": granted.scope,
        "source": "ADMIN",
        "_links": {
            "app": {"href": own, "title": label},
            "self": {"href": format!("{own}/grants/{}", granted.id), "hints": {"allow": ["GET", "DELETE"]}},
            "client": {"href": format!("{}/oauth2/v1/clients/{}", tenant.base_url, client.id), "title": label},
        },
    })
}
