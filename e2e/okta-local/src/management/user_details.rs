//! `/api/v1/users/{id}/…`: what belongs to somebody beside groups. Roles, other identity providers and what they
//! granted to clients are empty lists: this org has none of them.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Answer, at, users};
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::random;
use crate::timestamp::iso;

pub(super) fn routes(config: &mut ServiceConfig) {
    for name in ["roles", "idps"] {
        config.service(at(&format!("/users/{{id}}/{name}")).route(web::get().to(none)));
    }
    config
        .service(at("/users/{id}/blocks").route(web::get().to(blocks)))
        .service(at("/users/{id}/factors").route(web::get().to(factors)));
}

async fn none(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    users::find(&tenant.state().directory, &id)?;
    Ok(HttpResponse::Ok().json(json!([])))
}

/// Orgs without the feature refuse.
async fn blocks(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    users::find(&tenant.state().directory, &id)?;
    Err(Refusal::NoFeature)
}

async fn factors(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let user = users::find(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(factors_of(&tenant, user)))
}

/// The authenticator app, where there is one.
fn factors_of(tenant: &Tenant, user: &User) -> Vec<Value> {
    if user.totp.is_none() {
        return Vec::new();
    }
    let id = random::seeded_id("uft", 0, &user.id);
    let own = format!("{}/api/v1/users/{}", tenant.base_url, user.id);
    let links = json!({
        "self": {"href": format!("{own}/factors/{id}"), "hints": {"allow": ["GET", "DELETE"]}},
        "user": {"href": own, "hints": {"allow": ["GET"]}},
    });
    vec![json!({
        "id": id,
        "factorType": "token:software:totp",
        "provider": "GOOGLE",
        "vendorName": "GOOGLE",
        "status": "ACTIVE",
        "created": iso(user.created_at),
        "lastUpdated": iso(user.created_at),
        "profile": {"credentialId": user.login},
        "_links": links,
    })]
}
