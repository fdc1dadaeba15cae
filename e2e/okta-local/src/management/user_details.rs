//! `/api/v1/users/{id}/…`: what nobody has here. Other identity providers are an empty list.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::json;

use super::answer::Answer;
use super::lookup;
use super::refusal::Refusal;
use super::resource::at;
use crate::org::tenant::Tenant;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/users/{id}/idps").route(web::get().to(none)))
        .service(at("/users/{id}/blocks").route(web::get().to(blocks)));
}

async fn none(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    lookup::user(&tenant.state().directory, &id)?;
    Ok(HttpResponse::Ok().json(json!([])))
}

/// Orgs without the feature refuse.
async fn blocks(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    lookup::user(&tenant.state().directory, &id)?;
    Err(Refusal::NoFeature)
}
