//! The page that asks for the code of an authenticator app.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct SecondFactorPage<'a> {
    /// Label of the app that the person signs in to.
    pub(crate) app: &'a str,
    /// Whose code is asked for.
    pub(crate) login: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// Where the sign-in starts again.
    pub(crate) begin_again: &'a str,
    /// Whether a code was wrong just now.
    pub(crate) was_refused: bool,
}

impl SecondFactorPage<'_> {
    /// The page as an answer; its form may lead to the origin of `redirect_uri`.
    pub(crate) fn respond(self, redirect_uri: &str) -> HttpResponse {
        let error_id = self.was_refused.then_some("factor-error");
        let title =
            layout::title(self.was_refused, &format!("{} - Verify with your authenticator", self.app));
        let content = html! {
            h1 { "Verify it is you" }
            p.lead { "to continue to " strong { (self.app) } " as " strong { (self.login) } }
            form #okta-second-factor method="post" action=(paths::SECOND_FACTOR) accept-charset="utf-8" {
                @if self.was_refused {
                    div.okta-form-infobox-error role="alert" #factor-error { p { "Invalid code. Try again." } }
                }
                input type="hidden" name="stateToken" value=(self.state_token);
                label for="passcode" { "Enter the code from your authenticator app" }
                input #passcode name="credentials.passcode" type="text" inputmode="numeric"
                    autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required autofocus
                    aria-invalid=[error_id.map(|_| "true")] aria-describedby=[error_id];
                button type="submit" { "Verify" }
            }
            p.aside { a href=(self.begin_again) { "Start again" } }
        };
        layout::respond(StatusCode::OK, layout::page(&title, &content), Some(redirect_uri))
    }
}
