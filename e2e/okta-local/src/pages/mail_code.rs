//! What the link of a mail shows in another browser than the one where the sign-in began: the code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct MailCodePage<'a> {
    /// Label of the app that somebody signs in to.
    pub(crate) app: &'a str,
    /// What they enter there.
    pub(crate) code: &'a str,
}

impl MailCodePage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let content = html! {
            h1 { "Your verification code" }
            p.lead { "to continue to " strong { (self.app) } }
            p.code #mail-code { (self.code) }
            p #elsewhere {
                "The sign-in began in another browser. Enter this code there, on the page where you asked for the mail."
            }
            p { "If you did not ask for it, close this page and tell the code to nobody." }
        };
        layout::respond(StatusCode::OK, layout::page("Your verification code", &content), None)
    }
}
