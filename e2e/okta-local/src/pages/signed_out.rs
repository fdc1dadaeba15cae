//! Where a sign-out ends that names no other place.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;

/// `GET` of the page; it is the same for everybody.
pub(crate) async fn signed_out() -> HttpResponse {
    let content = html! {
        h1 { "Signed out" }
        p.lead { "Your session with this org has ended. You may close this page." }
    };
    layout::respond(StatusCode::OK, layout::page("Signed out", &content), None)
}
