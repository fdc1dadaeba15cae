//! Probes: `/livez` says that the process runs, `/readyz` that it can answer whoever is signed in.

use actix_web::{Responder, web};
use okta_actix::BearerConfig;

use crate::error::ApiError;
use crate::store::Store;

pub(super) async fn live() -> impl Responder {
    "ok"
}

/// The database answers and the issuer's keys are known; else 503.
pub(super) async fn ready(
    store: web::Data<Store>,
    bearer: web::Data<BearerConfig>,
) -> Result<impl Responder, ApiError> {
    store.ping().await?;
    if bearer.verifier().is_ready() { Ok("ok") } else { Err(ApiError::KeysUnknown) }
}
