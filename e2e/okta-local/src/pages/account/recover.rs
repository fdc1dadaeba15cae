//! The page that asks for a user name, to send a mail that helps.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{Frame, alert};
use crate::org::account::RecoveryKind;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct RecoverPage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// What somebody cannot sign in without.
    pub(crate) kind: RecoveryKind,
    /// Whether the name was left out just now.
    pub(crate) was_refused: bool,
}

impl RecoverPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let (title, what) = match self.kind {
            RecoveryKind::Password => ("Reset your password", "choose another password"),
            RecoveryKind::Unlock => ("Unlock your account", "unlock your account"),
        };
        let error_id = self.was_refused.then_some("recover-error");
        let content = html! {
            h1 { (title) }
            p.lead { "We send you a mail with which you can " (what) "." }
            form #okta-recover method="post" action=(paths::RECOVER) accept-charset="utf-8" {
                @if let Some(id) = error_id { (alert(id, &["Enter your username"])) }
                (self.frame.state_token())
                label for="identifier" { "Username" }
                input #identifier name="identifier" type="text" inputmode="email" autocomplete="username"
                    autocapitalize="none" spellcheck="false" required autofocus
                    aria-invalid=[error_id.map(|_| "true")] aria-describedby=[error_id];
                button type="submit" { "Send me an email" }
            }
        };
        self.frame.respond(title, self.was_refused, &content)
    }
}
