//! What a mail's link leads to: one button, so that programs that look at links do nothing.

use actix_web::HttpResponse;
use maud::html;

use super::frame::Frame;
use crate::org::account::CodeFor;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct ConfirmPage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// What is confirmed.
    pub(crate) of: CodeFor,
}

impl ConfirmPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let (title, text, button) = match self.of {
            CodeFor::Recovery(_) => {
                ("Unlock your account", "You can sign in with your password again.", "Unlock account")
            }
            CodeFor::SignUp => {
                ("Confirm your address", "Your account is made as soon as you confirm.", "Activate account")
            }
        };
        let content = html! {
            h1 { (title) }
            p.lead { (text) }
            form #okta-confirm method="post" action=(paths::CONFIRM) accept-charset="utf-8" {
                (self.frame.state_token())
                button type="submit" autofocus { (button) }
            }
        };
        self.frame.respond(title, false, &content)
    }
}
