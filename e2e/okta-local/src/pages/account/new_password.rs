//! The page that asks for a new password, with what the org's policy wants of it.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{Frame, alert};
use super::requirements;
use crate::org::account::{Occasion, Problem};
use crate::org::password_policy::PasswordRule;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct NewPasswordPage<'a> {
    /// What all have.
    pub(crate) frame: &'a Frame<'a>,
    /// Whose password it is.
    pub(crate) login: &'a str,
    /// Why they choose one.
    pub(crate) occasion: Occasion,
    /// Their question, where it is asked.
    pub(crate) question: Option<&'a str>,
    /// Whether they may end their other sessions.
    pub(crate) offers_to_end_sessions: bool,
    /// What was wrong just now.
    pub(crate) problems: &'a [Problem],
}

impl NewPasswordPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let (title, button) = match self.occasion {
            Occasion::Reset => ("Reset your password", "Reset password"),
            Occasion::Activation => ("Set up your password", "Set password"),
            Occasion::Expired(_) => ("Your password has expired", "Change password"),
            Occasion::Chosen => ("Change your password", "Change password"),
        };
        let refused = !self.problems.is_empty();
        let broken = requirements::not_met(self.problems);
        let has = |problem| self.problems.contains(&problem);
        let wrong = |is: bool| is.then_some("true");
        let asks_present = self.occasion == Occasion::Chosen;
        let focus_present = asks_present && (!refused || has(Problem::Present));
        let focus_answer = self.question.is_some() && (!refused || has(Problem::Answer));
        let focus_repetition = refused && !focus_answer && !focus_present && broken.is_empty();
        let content = html! {
            h1 { (title) }
            p.lead { "for " strong { (self.login) } }
            form #okta-new-password method="post" action=(paths::NEW_PASSWORD) accept-charset="utf-8" {
                @if refused { (alert("new-password-error", &["The password was not changed. See what is marked."])) }
                (self.frame.state_token())
                // For programs that keep passwords: whose it is.
                input type="hidden" name="username" value=(self.login) autocomplete="username";
                @if asks_present {
                    @let error = has(Problem::Present).then_some("present-error");
                    label for="present-password" { "Present password" }
                    @if let Some(id) = error { p.field-error id=(id) { "That is not your password." } }
                    input #present-password name="presentPassword" type="password" autocomplete="current-password" required
                        autofocus[focus_present]
                        aria-invalid=[wrong(error.is_some())] aria-describedby=[error];
                }
                @if let Some(question) = self.question {
                    @let error = has(Problem::Answer).then_some("answer-error");
                    label for="answer" { (question) }
                    @if let Some(id) = error { p.field-error id=(id) { "The answer did not match our records." } }
                    input #answer name="answer" type="password" autocomplete="off" required autofocus[focus_answer]
                        aria-invalid=[wrong(error.is_some())] aria-describedby=[error];
                }
                (requirements::list(&PasswordRule::ALL))
                (requirements::field("New password", &broken, !focus_answer && !focus_present && !focus_repetition))
                @let error = has(Problem::Repetition).then_some("repetition-error");
                label for="repetition" { "Re-enter password" }
                @if let Some(id) = error { p.field-error id=(id) { "Passwords must match." } }
                input #repetition name="confirmPassword" type="password" autocomplete="new-password" required
                    autofocus[focus_repetition]
                    aria-invalid=[wrong(error.is_some())] aria-describedby=[error];
                @if self.offers_to_end_sessions && self.occasion != Occasion::Activation {
                    div.check {
                        input #revoke-sessions name="credentials.revokeSessions" type="checkbox" value="true";
                        label for="revoke-sessions" { "Sign me out of all other devices" }
                    }
                }
                button type="submit" { (button) }
            }
        };
        self.frame.respond(title, refused, &content)
    }
}
