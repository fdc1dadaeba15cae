//! The page of somebody's settings: password and passkeys.

use actix_web::HttpResponse;
use maud::{Markup, html};
use okta_types::UnixTime;

use super::frame::{Frame, alert};
use crate::org::account::SettingsNotice;
use crate::pages::passkey::PasskeyForm;
use crate::paths;
use crate::timestamp::iso;

/// A passkey as the page lists it.
#[derive(Clone, Debug)]
pub(crate) struct PasskeyEntry {
    /// `fwf…`.
    pub(crate) id: String,
    /// When it was set up.
    pub(crate) made_at: UnixTime,
}

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct SettingsPage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// Whose settings they are.
    pub(crate) login: &'a str,
    /// Theirs.
    pub(crate) passkeys: &'a [PasskeyEntry],
    /// What the browser is asked for to make another one, in JSON, where people may use passkeys.
    pub(crate) options: Option<&'a str>,
    /// What became of what they did before.
    pub(crate) notice: Option<SettingsNotice>,
}

impl SettingsPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let was_refused = self.notice == Some(SettingsNotice::PasskeyRefused);
        let content = html! {
            h1 { "Settings" }
            p.lead { "You are signed in as " strong { (self.login) } }
            (self.said())
            h2 { "Password" }
            form #okta-change-password method="post" action=(paths::CHANGE_PASSWORD) accept-charset="utf-8" {
                (self.frame.state_token())
                button.secondary type="submit" { "Change password" }
            }
            @if let Some(options) = self.options {
                h2 { "Passkeys" }
                (self.list())
                (PasskeyForm {
                    id: "okta-add-passkey",
                    action: paths::ADD_PASSKEY,
                    makes: true,
                    options,
                    state_token: self.frame.state_token,
                    label: "Set up a passkey",
                    with_identifier: false,
                    is_secondary: true,
                }.render())
            }
            p.aside { a href=(paths::DASHBOARD) { "My apps" } }
        };
        match self.options {
            Some(_) => self.frame.respond_with_script("Settings", was_refused, &content),
            None => self.frame.respond("Settings", was_refused, &content),
        }
    }

    fn said(&self) -> Markup {
        let text = match self.notice {
            None => return html! {},
            Some(SettingsNotice::PasskeyRefused) => {
                return alert("settings-error", &["The passkey was not set up. Try again."]);
            }
            Some(SettingsNotice::PasskeyAdded) => "The passkey is set up.",
            Some(SettingsNotice::PasskeyRemoved) => "The passkey was removed.",
            Some(SettingsNotice::PasswordChanged) => "The password was changed.",
        };
        html! { p.notice #settings-notice role="status" { (text) } }
    }

    fn list(&self) -> Markup {
        html! {
            @if self.passkeys.is_empty() {
                p #no-passkeys { "You have no passkey yet. With one you sign in by your fingerprint, your face or your device’s PIN." }
            } @else {
                ul.passkeys {
                    @for passkey in self.passkeys {
                        @let made = iso(passkey.made_at);
                        li {
                            "Set up on " time datetime=(made) { (made.get(..10).unwrap_or_default()) }
                            form method="post" action=(paths::REMOVE_PASSKEY) accept-charset="utf-8" {
                                (self.frame.state_token())
                                input type="hidden" name="factor" value=(passkey.id);
                                button.secondary type="submit" aria-label=(format!("Remove the passkey set up at {made}")) { "Remove" }
                            }
                        }
                    }
                }
            }
        }
    }
}
