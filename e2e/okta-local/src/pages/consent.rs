//! The page that asks whether an app may have what it asks for.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct ConsentPage<'a> {
    /// Label of the app that asks.
    pub(crate) app: &'a str,
    /// Login of the person who is asked.
    pub(crate) login: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// What the app asks for: name and what it means.
    pub(crate) scopes: &'a [(&'a str, &'a str)],
}

impl ConsentPage<'_> {
    /// The page as an answer; its form may lead to the origin of `redirect_uri`.
    pub(crate) fn respond(self, redirect_uri: &str) -> HttpResponse {
        let content = html! {
            h1 { (self.app) " asks for access" }
            p.lead { "You are signed in as " strong { (self.login) } ". The app would like to:" }
            form #okta-consent method="post" action=(paths::CONSENT) accept-charset="utf-8" {
                ul.scopes {
                    @for (name, meaning) in self.scopes { li data-scope=(name) { (meaning) " " code { (name) } } }
                }
                input type="hidden" name="stateToken" value=(self.state_token);
                button type="submit" name="consent" value="allow" { "Allow access" }
                button.secondary type="submit" name="consent" value="deny" { "Don’t allow" }
            }
        };
        let title = format!("{} - Allow access", self.app);
        layout::respond(StatusCode::OK, layout::page(&title, &content), Some(redirect_uri))
    }
}
