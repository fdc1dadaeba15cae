//! Sends browsers back to the app, with a code or an error.
//!
//! Query and fragment are redirects; the other two modes are pages that pass the answer on by a form or a
//! message.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::answer;
use crate::catalogue::Refusal;
use crate::org::return_address::{Pairs, ResponseMode, ReturnAddress};
use crate::pages::response;

/// Sends the browser back to the app with an authorization code.
pub(super) fn with_code(to: &ReturnAddress, status: StatusCode, code: &str) -> HttpResponse {
    send(to, status, &to.code_pairs(code))
}

/// Sends the browser back to the app with an error (RFC 6749 §4.1.2.1).
pub(super) fn with_error(to: &ReturnAddress, status: StatusCode, refusal: &Refusal) -> HttpResponse {
    send(to, status, &to.error_pairs(refusal))
}

/// A page answers 200 whatever status the redirect would have had.
fn send(to: &ReturnAddress, status: StatusCode, answer: &Pairs) -> HttpResponse {
    match to.mode {
        ResponseMode::Query | ResponseMode::Fragment => answer::redirect(status, &to.location(answer)),
        ResponseMode::FormPost => response::form_post(&to.redirect_uri, answer),
        ResponseMode::OktaPostMessage => response::post_message(&to.redirect_uri, answer),
    }
}
