//! The error page, for requests that cannot be answered by sending the browser anywhere.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use crate::catalogue::Refusal;
use crate::okta_error;

/// `400 Bad Request`, with the catalogue's words, its code and an id to look for.
pub(crate) fn bad_request(refusal: &Refusal) -> HttpResponse {
    let error = refusal.to_oauth();
    let content = html! {
        h1 { "400" }
        h2 { "Bad Request" }
        p { "Your request resulted in an error. " (error.error_description.as_deref().unwrap_or_default()) }
        dl.details {
            dt { "Error code" }
            dd #error-code { (error.error) }
            dt { "Error id" }
            dd #error-id { (okta_error::error_id()) }
        }
    };
    layout::respond(StatusCode::BAD_REQUEST, layout::page("Error", &content), None)
}
