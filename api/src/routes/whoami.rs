//! `GET /api/whoami`: the claims of the bearer's own token, as verified.

use actix_web::{Responder, web};
use shared::paths;

use crate::people::SignedIn;

#[utoipa::path(
    get, path = paths::WHOAMI, tag = "token", operation_id = "whoami",
    summary = "The verified claims of your own token",
    responses((status = 200, description = "The claims.", body = Object)),
    security(("okta" = []), ("bearer" = [])),
)]
pub(super) async fn show(person: SignedIn) -> impl Responder {
    web::Json(person.claims().clone())
}
