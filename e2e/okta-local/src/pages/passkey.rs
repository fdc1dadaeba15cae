//! The part of a page that uses a passkey: the one thing on the org's pages that needs JavaScript, and says so without it.

use maud::{Markup, PreEscaped, html};

/// Asks the browser for a passkey and sends what it answers. All that it needs stands in attributes, so that no value is
/// ever part of a script.
pub(crate) const SCRIPT: &str = include_str!("passkey.js");

/// A form that a passkey fills in.
#[derive(Clone, Copy)]
pub(crate) struct PasskeyForm<'a> {
    /// Id of the form.
    pub(crate) id: &'a str,
    /// Where it goes.
    pub(crate) action: &'a str,
    /// Whether the browser is to make a passkey, or to use one.
    pub(crate) makes: bool,
    /// What the browser is asked for, in JSON.
    pub(crate) options: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// What the button says.
    pub(crate) label: &'a str,
    /// Whether the user name that was typed goes along.
    pub(crate) with_identifier: bool,
    /// Whether it is beside what the page is about.
    pub(crate) is_secondary: bool,
}

impl PasskeyForm<'_> {
    /// The form with its script. It is hidden until the script runs.
    pub(crate) fn render(self) -> Markup {
        let kind = if self.makes { "create" } else { "get" };
        let class = self.is_secondary.then_some("secondary");
        html! {
            form id=(self.id) method="post" action=(self.action) accept-charset="utf-8" hidden
                data-passkey=(kind) data-options=(self.options) {
                input type="hidden" name="stateToken" value=(self.state_token);
                input type="hidden" name="credential" value="";
                @if self.with_identifier { input type="hidden" name="identifier" value=""; }
                button class=[class] type="submit" { (self.label) }
                p.status role="status" {}
            }
            noscript { p.no-script { "Passkeys need JavaScript, which does not run in this browser." } }
            script { (PreEscaped(SCRIPT)) }
        }
    }
}
