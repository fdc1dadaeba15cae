//! The page that asks for a code that was mailed. It is the same whether one was or not.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{Frame, alert};
use crate::org::account::CodeFor;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct CodePage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// What the code confirms.
    pub(crate) of: CodeFor,
    /// What somebody typed.
    pub(crate) name: &'a str,
    /// Whether a code was wrong just now.
    pub(crate) was_refused: bool,
}

impl CodePage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let error_id = self.was_refused.then_some("code-error");
        let content = html! {
            h1 { "Check your email" }
            p.lead {
                @match self.of {
                    CodeFor::Recovery(_) => { "If there is an account for " strong { (self.name) } ", we have sent it a mail." }
                    CodeFor::SignUp => { "We have sent a mail to " strong { (self.name) } "." }
                }
                " Follow its link in this browser, or enter its code here."
            }
            form #okta-mail-code method="post" action=(paths::MAIL_CODE) accept-charset="utf-8" {
                @if let Some(id) = error_id { (alert(id, &["Invalid code. Try again."])) }
                (self.frame.state_token())
                label for="passcode" { "Enter the code from the mail" }
                input #passcode name="credentials.passcode" type="text" inputmode="numeric"
                    autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required autofocus
                    aria-invalid=[error_id.map(|_| "true")] aria-describedby=[error_id];
                button type="submit" { "Verify" }
            }
        };
        self.frame.respond("Check your email", self.was_refused, &content)
    }
}
