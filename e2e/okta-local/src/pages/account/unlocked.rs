//! Says that a lock has ended.

use actix_web::HttpResponse;
use maud::html;

use super::frame::Frame;

/// The page as an answer, with the address at which the app begins a sign-in, where none is under way in this browser.
pub(crate) fn respond(frame: &Frame<'_>, to_app: Option<&str>) -> HttpResponse {
    let content = html! {
        h1 { "Account unlocked" }
        p.lead #unlocked { "You can sign in with your password again." }
        @if let Some(app) = to_app { p.aside { a #to-app href=(app) { "Sign in" } } }
    };
    frame.respond("Account unlocked", false, &content)
}
