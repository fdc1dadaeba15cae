//! `GET /api/hello`: open to all. A token is not looked at, so a stale one does no harm.

use actix_web::{Responder, web};
use shared::Hello;

pub(super) async fn show() -> impl Responder {
    web::Json(Hello { message: "Hello world!".to_owned() })
}
