//! `GET /api/whoami`: the claims of the bearer's own token, as verified.

use actix_web::{Responder, web};
use okta_actix::Bearer;

pub(super) async fn show(bearer: Bearer) -> impl Responder {
    web::Json(bearer.claims().clone())
}
