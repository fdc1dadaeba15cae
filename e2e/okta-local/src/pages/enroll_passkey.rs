//! The page that offers somebody who signs in a passkey, or demands one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use super::passkey::PasskeyForm;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct EnrollPasskeyPage<'a> {
    /// Label of the app that the person signs in to.
    pub(crate) app: &'a str,
    /// Whose passkey it will be.
    pub(crate) login: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// What the browser is asked for, in JSON.
    pub(crate) options: &'a str,
    /// Whether the sign-in does not go on without.
    pub(crate) demanded: bool,
    /// Whether a passkey was refused just now.
    pub(crate) was_refused: bool,
}

impl EnrollPasskeyPage<'_> {
    /// The page as an answer; its forms may lead to the origin of `redirect_uri`.
    pub(crate) fn respond(self, redirect_uri: &str) -> HttpResponse {
        let title = layout::title(self.was_refused, &format!("{} - Set up a passkey", self.app));
        let content = html! {
            h1 { "Set up a passkey" }
            p.lead { "for " strong { (self.login) } }
            @if self.was_refused {
                div.okta-form-infobox-error role="alert" #passkey-error { p { "The passkey was not set up. Try again." } }
            }
            p {
                @if self.demanded { strong { (self.app) } " needs a passkey here. " }
                "With a passkey you sign in by your fingerprint, your face or your device’s PIN, and no other site can ask for it."
            }
            (PasskeyForm {
                id: "okta-enroll-passkey",
                action: paths::ENROLL_PASSKEY,
                makes: true,
                options: self.options,
                state_token: self.state_token,
                label: "Set up a passkey",
                with_identifier: false,
                is_secondary: false,
            }.render())
            form #okta-no-passkey method="post" action=(paths::ENROLL_PASSKEY) accept-charset="utf-8" {
                input type="hidden" name="stateToken" value=(self.state_token);
                button.secondary type="submit" { @if self.demanded { "Cancel" } @else { "Not now" } }
            }
        };
        layout::respond_with_script(StatusCode::OK, layout::page(&title, &content), &[redirect_uri])
    }
}
