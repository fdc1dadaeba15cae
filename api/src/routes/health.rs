//! Probes: `/livez` says that the process runs, `/readyz` that it can answer whoever is signed in.

use actix_web::{Responder, web};
use okta_actix::BearerConfig;
use shared::{Problem, paths};

use crate::error::ApiError;
use crate::readiness::{NotReady, Readiness};

#[utoipa::path(
    get, path = paths::LIVEZ, tag = "probes", operation_id = "livez",
    summary = "Whether the process is running",
    responses((status = 200, description = "It is.", body = String, content_type = "text/plain")),
)]
pub(super) async fn live() -> impl Responder {
    "ok"
}

/// The database answers and the issuer's keys are known; else 503.
#[utoipa::path(
    get, path = paths::READYZ, tag = "probes", operation_id = "readyz",
    summary = "Whether the database answers and the issuer's keys are known",
    responses(
        (status = 200, description = "It does, and they are.", body = String, content_type = "text/plain"),
        (status = 503, description = "`unavailable`, and a member `not_ready` that lists what is not: `database`, `keys`.",
            body = Problem, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds to wait."))),
    ),
)]
pub(super) async fn ready(
    readiness: web::Data<Readiness>,
    bearer: web::Data<BearerConfig>,
) -> Result<impl Responder, ApiError> {
    let (database, keys_known) = (readiness.check().await.err(), bearer.verifier().is_ready());
    if database.is_none() && keys_known {
        return Ok("ok");
    }
    Err(ApiError::NotReady(NotReady { database, keys_known }))
}
