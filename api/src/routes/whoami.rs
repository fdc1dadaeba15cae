//! `GET /api/whoami`: the claims of the bearer's own token, as verified.

use actix_web::{Responder, web};
use okta_actix::Bearer;
use shared::paths;

#[utoipa::path(
    get, path = paths::WHOAMI, tag = "token", operation_id = "whoami",
    summary = "The verified claims of your own token",
    responses((status = 200, description = "The claims.", body = Object)),
    security(("okta" = []), ("bearer" = [])),
)]
pub(super) async fn show(bearer: Bearer) -> impl Responder {
    web::Json(bearer.claims().clone())
}
