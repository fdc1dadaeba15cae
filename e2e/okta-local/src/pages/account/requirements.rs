//! What the org's policy wants of a password, and what one lacks.

use maud::{Markup, html};

use crate::org::account::Problem;
use crate::org::password_policy::PasswordRule;

/// The list of all, for the field to refer to.
pub(super) fn list(rules: &[PasswordRule]) -> Markup {
    html! {
        p.requirements-head { "Password requirements:" }
        ul.requirements #requirements { @for rule in rules { li { (rule.requirement()) } } }
    }
}

/// Those that were not met, if any.
pub(super) fn not_met(problems: &[Problem]) -> Vec<&'static str> {
    let requirement = |problem: &Problem| match problem {
        Problem::Password(rule) => Some(rule.requirement()),
        _ => None,
    };
    problems.iter().filter_map(requirement).collect()
}

/// The field for a new password, with what it lacked just now.
pub(super) fn field(label: &str, broken: &[&str], has_focus: bool) -> Markup {
    let described = if broken.is_empty() { "requirements" } else { "password-error requirements" };
    html! {
        label for="passcode" { (label) }
        @if !broken.is_empty() {
            div.field-error #password-error {
                p { "Password requirements were not met:" }
                ul { @for requirement in broken { li { (requirement) } } }
            }
        }
        input #passcode name="credentials.passcode" type="password" autocomplete="new-password" required
            autofocus[has_focus] aria-invalid=[(!broken.is_empty()).then_some("true")] aria-describedby=(described);
    }
}
