//! The error page, for requests that cannot be answered by sending the browser anywhere.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;

use super::layout;
use crate::catalogue::Refusal;
use crate::okta_error;

/// `400 Bad Request`, with the catalogue's words, its code and an id to look for.
pub(crate) fn bad_request(refusal: &Refusal) -> HttpResponse {
    let error = refusal.to_oauth();
    let text = error.error_description.as_deref().unwrap_or_default();
    respond(StatusCode::BAD_REQUEST, text, &error.error)
}

/// `404 Not Found`: nothing has that address.
pub(crate) fn not_found() -> HttpResponse {
    respond(StatusCode::NOT_FOUND, "There is no such app in this org.", "E0000007")
}

/// `429 Too Many Requests`: a page for people, Okta's error for programs.
pub(crate) fn too_many(request: &HttpRequest) -> HttpResponse {
    let (code, text) = okta_error::too_many_words(request.path());
    if is_navigation(request) {
        respond(StatusCode::TOO_MANY_REQUESTS, text, code)
    } else {
        okta_error::too_many(request.path())
    }
}

/// Whether somebody will look at the answer.
fn is_navigation(request: &HttpRequest) -> bool {
    let says = |name: &str, what: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|text| text.contains(what))
    };
    says("sec-fetch-mode", "navigate") || says(ACCEPT.as_str(), "text/html")
}

fn respond(status: StatusCode, text: &str, code: &str) -> HttpResponse {
    let reason = status.canonical_reason().unwrap_or_default();
    let content = html! {
        h1 { (status.as_u16()) " " (reason) }
        div.okta-form-infobox-error role="alert" #error-text {
            p { "Your request resulted in an error. " (text) }
        }
        p { "Go back to the app and try again. If that does not help, give this code and id to whoever runs the app." }
        dl.details {
            dt { "Error code" }
            dd #error-code { (code) }
            dt { "Error id" }
            dd #error-id { (okta_error::error_id()) }
        }
    };
    layout::respond(status, layout::page(&format!("Error - {reason}"), &content), None)
}
