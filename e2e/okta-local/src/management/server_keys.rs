//! `/api/v1/authorizationServers/{id}/credentials`: signing keys, which each server has of its own.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Jwk;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::authorization_servers::{SERVERS, find, target};
use super::body::read;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use super::shape::link;
use crate::org::tenant::Tenant;

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = format!("{SERVERS}/{{id}}/credentials");
    config
        .service(at(&format!("{base}/keys")).route(web::get().to(list)))
        .service(at(&format!("{base}/keys/{{kid}}")).route(web::get().to(get)))
        .service(at(&format!("{base}/lifecycle/keyRotate")).route(web::post().to(rotate)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RotateBody {
    #[serde(rename = "use")]
    purpose: String,
}

async fn list(tenant: Data<Tenant>, id: Path<ServerId>, request: HttpRequest) -> Answer {
    find(&tenant.state().directory, &id)?;
    page::respond(&tenant, &request, keys(&tenant, &id), Pages::WHOLE)
}

async fn get(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, kid) = path.into_inner();
    find(&tenant.state().directory, &id)?;
    let key = keys(&tenant, &id).into_iter().find(|key| key["kid"] == kid.as_str());
    Ok(HttpResponse::Ok().json(key.ok_or_else(|| Refusal::not_found(&kid, "JsonWebKey"))?))
}

/// Keys take a while to make.
async fn rotate(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    find(&tenant.state().directory, &id)?;
    if read::<RotateBody>(&body)?.purpose != "sig" {
        return Err(Refusal::invalid("rotateKeys", "Invalid value specified for key 'use' parameter"));
    }
    let (org, server) = (tenant.clone(), id.to_string());
    let rotating = web::block(move || org.keys_of(&server).rotate(org.now()));
    rotating.await.map_err(|_| Refusal::Malformed)?;
    tenant.note_change();
    let state = tenant.state();
    tenant.record_change("app.oauth2.as.key.rollover", vec![target(find(&state.directory, &id)?)]);
    drop(state);
    Ok(HttpResponse::Ok().json(keys(&tenant, &id)))
}

/// The one that signs, the next, then the former ones.
fn keys(tenant: &Tenant, id: &str) -> Vec<Value> {
    let status = |place| match place {
        0 => "ACTIVE",
        1 => "NEXT",
        _ => "EXPIRED",
    };
    let show = |(place, key): (usize, Jwk)| {
        let own = format!("{SERVERS}/{id}/credentials/keys/{}", key.kid.as_deref().unwrap_or_default());
        json!({
            "kty": key.kty,
            "status": status(place),
            "alg": key.alg,
            "kid": key.kid,
            "use": key.public_key_use,
            "_links": {"self": link(tenant, &own, &["GET"])},
            "e": key.e,
            "n": key.n,
        })
    };
    tenant.keys_of(id).published().keys.into_iter().enumerate().map(show).collect()
}
