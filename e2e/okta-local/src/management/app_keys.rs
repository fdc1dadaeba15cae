//! `/api/v1/apps/{id}/credentials/keys`: keys with certificates that the org made for an app.

use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::UnixTime;
use serde_json::{Value, json};

use super::answer::Answer;
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::app_key::{AppKey, USUAL_YEARS, first_kid};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::timestamp::iso;

/// For how many years a certificate may be made.
const YEARS: std::ops::RangeInclusive<i32> = 2..=10;

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = "/apps/{id}/credentials/keys";
    config
        .service(at(base).route(web::get().to(list)))
        .service(at(&format!("{base}/generate")).route(web::post().to(generate)))
        .service(at(&format!("{base}/{{kid}}")).route(web::get().to(get)))
        .service(at(&format!("{base}/{{kid}}/clone")).route(web::post().to(clone)));
}

async fn list(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let keys = keys(&tenant, &id).await?;
    Ok(HttpResponse::Ok().json(keys.iter().map(show).collect::<Vec<_>>()))
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, kid) = path.into_inner();
    Ok(HttpResponse::Ok().json(show(&key(&tenant, &id, &kid).await?)))
}

async fn generate(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let years = Parameters::parse(request.query_string()).get("validityYears").map(str::to_owned);
    let years = years.and_then(|years| years.parse().ok()).filter(|years| YEARS.contains(years));
    let Some(years) = years else {
        let cause = "Validity years out of range. It should be 2 - 10 years";
        return Err(Refusal::invalid("generateKey", cause));
    };
    keys(&tenant, &id).await?;
    let key = make(random::token(), tenant.now(), years).await?;
    keep(&tenant, &id, key, "app.keys.generate")
}

/// The same key, for another app.
async fn clone(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let (id, kid) = path.into_inner();
    let key = key(&tenant, &id, &kid).await?;
    let query = Parameters::parse(request.query_string());
    let target = query.get("targetAid").unwrap_or_default();
    if keys(&tenant, target).await?.iter().any(|known| known.kid == key.kid) {
        let cause = "Key already exists in the list of key credentials for the target app.";
        return Err(Refusal::invalid("cloneKey", cause));
    }
    keep(&tenant, target, key, "app.keys.clone")
}

fn keep(tenant: &Tenant, id: &str, key: AppKey, event: &'static str) -> Answer {
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, id)?;
    let shown = show(&key);
    let own = format!("{}/api/v1/apps/{id}/credentials/keys/{}", tenant.base_url, key.kid);
    tenant.record_change(event, vec![targets::app(client)]);
    client.signing.all.push(key);
    Ok(HttpResponse::Created().insert_header((LOCATION, own)).json(shown))
}

async fn key(tenant: &Data<Tenant>, id: &str, kid: &str) -> Result<AppKey, Refusal> {
    let found = keys(tenant, id).await?.into_iter().find(|key| key.kid == kid);
    found.ok_or_else(|| Refusal::not_found(kid, "JsonWebKey"))
}

/// All keys of an app. The first one of all is made now, as old as the app.
async fn keys(tenant: &Data<Tenant>, id: &str) -> Result<Vec<AppKey>, Refusal> {
    let (known, created_at) = {
        let state = tenant.state();
        let client = lookup::app(&state.directory, id)?;
        (client.signing.all.clone(), client.created_at)
    };
    let first = first_kid(id);
    if known.iter().any(|key| key.kid == first) {
        return Ok(known);
    }
    let made = make(first, created_at, USUAL_YEARS).await?;
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, id)?;
    // Another request may have been quicker.
    if client.signing.all.iter().all(|key| key.kid != made.kid) {
        client.signing.all.insert(0, made);
    }
    Ok(client.signing.all.clone())
}

async fn make(kid: String, now: UnixTime, years: i32) -> Result<AppKey, Refusal> {
    web::block(move || AppKey::generate(kid, now, years)).await.map_err(|_| Refusal::Malformed)
}

fn show(key: &AppKey) -> Value {
    json!({
        "kty": "RSA",
        "created": iso(key.created_at),
        "lastUpdated": iso(key.created_at),
        "expiresAt": iso(key.expires_at),
        "kid": key.kid,
        "use": "sig",
        "x5c": [key.certificate],
        "x5t#S256": key.thumbprint,
        "e": key.e,
        "n": key.n,
    })
}
