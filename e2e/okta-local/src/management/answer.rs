//! What an operation of the API answers.

use actix_web::HttpResponse;

use super::refusal::Refusal;

/// An answer, or why there is none.
pub(super) type Answer = Result<HttpResponse, Refusal>;

/// 204, without a body.
pub(super) fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
