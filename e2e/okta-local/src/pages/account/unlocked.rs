//! Says that a lock has ended.

use actix_web::HttpResponse;
use maud::html;

use super::frame::Frame;

/// The page as an answer.
pub(crate) fn respond(frame: &Frame<'_>) -> HttpResponse {
    let content = html! {
        h1 { "Account unlocked" }
        p.lead #unlocked { "You can sign in with your password again." }
    };
    frame.respond("Account unlocked", false, &content)
}
