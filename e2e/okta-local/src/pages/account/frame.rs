//! What the pages about accounts share.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{Markup, html};

use crate::pages::layout;

/// What all of them know.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// Label of the app that somebody signs in to, if they came from one.
    pub(crate) app: Option<&'a str>,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// Where the sign-in starts again, if one is under way.
    pub(crate) back: Option<&'a str>,
    /// Where the form may lead.
    pub(crate) targets: &'a [&'a str],
}

impl Frame<'_> {
    /// The page as an answer, with the way back to the sign-in.
    pub(super) fn respond(&self, title: &str, was_refused: bool, content: &Markup) -> HttpResponse {
        layout::respond_to_any(StatusCode::OK, self.page(title, was_refused, content), self.targets)
    }

    /// As [`Self::respond`], with the script of passkeys.
    pub(super) fn respond_with_script(
        &self,
        title: &str,
        was_refused: bool,
        content: &Markup,
    ) -> HttpResponse {
        layout::respond_with_script(StatusCode::OK, self.page(title, was_refused, content), self.targets)
    }

    fn page(&self, title: &str, was_refused: bool, content: &Markup) -> String {
        let title = match self.app {
            Some(app) => format!("{app} - {title}"),
            None => title.to_owned(),
        };
        let content = html! {
            (content)
            @if let Some(back) = self.back { p.aside { a href=(back) { "Back to sign in" } } }
        };
        layout::page(&layout::title(was_refused, &title), &content)
    }

    /// The hidden field that ties the form to its page.
    pub(super) fn state_token(&self) -> Markup {
        html! { input type="hidden" name="stateToken" value=(self.state_token); }
    }
}

/// What is wrong, as the first thing of a form.
pub(super) fn alert(id: &str, lines: &[&str]) -> Markup {
    html! {
        div.okta-form-infobox-error id=(id) role="alert" { @for line in lines { p { (line) } } }
    }
}
