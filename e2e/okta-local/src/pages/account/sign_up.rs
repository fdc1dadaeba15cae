//! The page that asks for name, address and password.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::frame::{Frame, alert};
use super::requirements;
use crate::org::account::{Given, Problem};
use crate::org::password_policy::PasswordRule;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct SignUpPage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// What somebody typed; the password is not put back.
    pub(crate) given: &'a Given,
    /// What was wrong just now.
    pub(crate) problems: &'a [Problem],
}

/// A field of text.
struct Field<'a> {
    id: &'static str,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: &'a str,
    /// What is said where it is wrong, with the problem that it is.
    wrong: (Problem, &'static str),
}

impl SignUpPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let refused = !self.problems.is_empty();
        let fields = self.fields();
        let broken = requirements::not_met(self.problems);
        let is_wrong = |field: &Field<'_>| self.problems.contains(&field.wrong.0);
        let first_wrong = fields.iter().position(is_wrong);
        let focused = first_wrong.or((!refused).then_some(0));
        // A new account has no former passwords.
        let rules: Vec<_> =
            PasswordRule::ALL.into_iter().filter(|rule| *rule != PasswordRule::History).collect();
        let content = html! {
            h1 { "Sign up" }
            @if let Some(app) = self.frame.app { p.lead { "for " strong { (app) } } }
            form #okta-sign-up method="post" action=(paths::SIGN_UP) accept-charset="utf-8" {
                @if refused { (alert("sign-up-error", &["The account was not made. See what is marked."])) }
                (self.frame.state_token())
                @for (i, field) in fields.iter().enumerate() { (shown(field, is_wrong(field), focused == Some(i))) }
                (requirements::list(&rules))
                (requirements::field("Password", &broken, focused.is_none()))
                button type="submit" { "Sign up" }
            }
        };
        self.frame.respond("Sign up", refused, &content)
    }

    fn fields(&self) -> [Field<'_>; 3] {
        [
            Field {
                id: "first-name",
                name: "userProfile.firstName",
                label: "First name",
                autocomplete: "given-name",
                value: &self.given.given_name,
                wrong: (Problem::GivenName, "Enter a first name of 1 to 50 characters."),
            },
            Field {
                id: "last-name",
                name: "userProfile.lastName",
                label: "Last name",
                autocomplete: "family-name",
                value: &self.given.family_name,
                wrong: (Problem::FamilyName, "Enter a last name of 1 to 50 characters."),
            },
            Field {
                id: "email",
                name: "userProfile.email",
                label: "Email",
                autocomplete: "email",
                value: &self.given.email,
                wrong: (Problem::Email, "Enter an email address."),
            },
        ]
    }
}

fn shown(field: &Field<'_>, is_wrong: bool, has_focus: bool) -> Markup {
    let error = is_wrong.then(|| format!("{}-error", field.id));
    let kind = if field.autocomplete == "email" { "email" } else { "text" };
    html! {
        label for=(field.id) { (field.label) }
        @if let Some(id) = &error { p.field-error id=(id) { (field.wrong.1) } }
        input id=(field.id) name=(field.name) type=(kind) autocomplete=(field.autocomplete) required value=(field.value)
            autofocus[has_focus] aria-invalid=[is_wrong.then_some("true")] aria-describedby=[error.as_deref()];
    }
}
