//! The end-user dashboard: a tile for each app that a person may begin here.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct DashboardPage<'a> {
    /// Who is signed in.
    pub(crate) login: &'a str,
    /// The apps: label, and the path that a click leads to.
    pub(crate) tiles: &'a [(&'a str, String)],
    /// Whether they have no passkey and could have one.
    pub(crate) offers_passkey: bool,
}

impl DashboardPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let content = html! {
            h1 { "My apps" }
            p.lead { "You are signed in as " strong { (self.login) } }
            @if self.tiles.is_empty() {
                p #no-tiles {
                    "You have no apps here. An app is shown if it is assigned to you, is not hidden, and lets the org \
                     begin the sign-in. Apps in Federation Broker Mode are never shown."
                }
            } @else {
                ul.tiles {
                    @for (label, path) in self.tiles {
                        li { a href=(path) { span.letter aria-hidden="true" { (initial(label)) } (label) } }
                    }
                }
            }
            @if self.offers_passkey {
                p #passkey-offer { a href=(paths::SETTINGS) { "Set up a passkey" } " to sign in without a password." }
            }
            p.aside { a #settings href=(paths::SETTINGS) { "Settings" } }
            p.aside { a href=(paths::SIGN_OUT) { "Sign out" } }
        };
        layout::respond(StatusCode::OK, layout::page("My apps", &content), None)
    }
}

fn initial(label: &str) -> String {
    label.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}
