//! `GET /api/hello`: open to all. A token is not looked at, so a stale one does no harm.

use actix_web::{Responder, web};
use shared::{Hello, paths};

#[utoipa::path(
    get, path = paths::HELLO, tag = "open", operation_id = "hello",
    summary = "A greeting",
    responses((status = 200, description = "The greeting.", body = Hello)),
)]
pub(super) async fn show() -> impl Responder {
    web::Json(Hello { message: "Hello world!".to_owned() })
}
