//! What the link of a sign-up's mail shows in another browser than the one where the sign-up began.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use crate::pages::layout;

/// The page as an answer.
pub(crate) fn respond() -> HttpResponse {
    let content = html! {
        h1 { "Go back to where you signed up" }
        p.lead #elsewhere { "Enter the code of the mail there, or follow its link in that browser." }
    };
    layout::respond(StatusCode::OK, layout::page("Go back to where you signed up", &content), None)
}
