//! The page that asks for a second factor: the code of an authenticator app or of a mail. Whoever has another one as well
//! may choose it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{Markup, html};

use super::layout;
use super::passkey::PasskeyForm;
use crate::org::factor_method::FactorMethod;
use crate::org::sign_in::FactorNotice;
use crate::paths;

/// What the form says of who followed the link of the mail in another tab.
pub(crate) const FOLLOWED: &str = "followed";

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct SecondFactorPage<'a> {
    /// Label of the app that the person signs in to.
    pub(crate) app: &'a str,
    /// Whose code is asked for.
    pub(crate) login: &'a str,
    /// Their e-mail address.
    pub(crate) email: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// Where the sign-in starts again.
    pub(crate) begin_again: &'a str,
    /// What is asked for.
    pub(crate) by: FactorMethod,
    /// Whether it was mailed.
    pub(crate) was_mailed: bool,
    /// All that may be asked for.
    pub(crate) methods: &'a [FactorMethod],
    /// What the browser is asked for, in JSON, where a passkey is.
    pub(crate) passkey: Option<&'a str>,
    /// What there is to say of the answer before.
    pub(crate) notice: Option<FactorNotice>,
}

impl SecondFactorPage<'_> {
    /// The page as an answer; its form may lead to the origin of `redirect_uri`.
    pub(crate) fn respond(self, redirect_uri: &str) -> HttpResponse {
        let title = layout::title(self.notice.is_some(), &format!("{} - {}", self.app, self.title()));
        let content = html! {
            h1 { "Verify it is you" }
            p.lead { "to continue to " strong { (self.app) } " as " strong { (self.login) } }
            @match self.by {
                FactorMethod::Email if !self.was_mailed => { (self.offer_of_mail()) }
                FactorMethod::Passkey => { (self.passkey_form()) }
                _ => { (self.code_form()) }
            }
            (self.alternatives())
            p.aside { a href=(self.begin_again) { "Start again" } }
        };
        let page = layout::page(&title, &content);
        match self.passkey {
            Some(_) => layout::respond_with_script(StatusCode::OK, page, &[redirect_uri]),
            None => layout::respond(StatusCode::OK, page, Some(redirect_uri)),
        }
    }

    fn title(&self) -> &'static str {
        match self.by {
            FactorMethod::Email => "Verify with your email",
            FactorMethod::Totp => "Verify with your authenticator",
            FactorMethod::Passkey => "Verify with your passkey",
        }
    }

    fn alert(&self) -> Markup {
        let text = match self.notice {
            None => return html! {},
            Some(FactorNotice::Wrong) if self.by == FactorMethod::Passkey => {
                "The passkey was not accepted. Try again."
            }
            Some(FactorNotice::Wrong) => "Invalid code. Try again.",
            Some(FactorNotice::NotFollowed) => "The link was not followed in this browser yet.",
            Some(FactorNotice::TooManyMails) => "Too many emails were sent. Try again in a while.",
        };
        html! { div.okta-form-infobox-error role="alert" #factor-error { p { (text) } } }
    }

    fn code_form(&self) -> Markup {
        let error_id = self.notice.map(|_| "factor-error");
        let is_wrong = self.notice == Some(FactorNotice::Wrong);
        let is_mailed = self.by == FactorMethod::Email;
        html! {
            @if is_mailed {
                p #mailed {
                    "We have sent a mail to " strong { (masked(self.email)) } ". Follow its link in this browser, or enter \
                     its code here."
                }
            }
            form #okta-second-factor method="post" action=(paths::SECOND_FACTOR) accept-charset="utf-8" {
                (self.alert())
                input type="hidden" name="stateToken" value=(self.state_token);
                label for="passcode" {
                    @if is_mailed { "Enter the code from the mail" } @else { "Enter the code from your authenticator app" }
                }
                input #passcode name="credentials.passcode" type="text" inputmode="numeric"
                    autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required autofocus
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[error_id];
                button type="submit" { "Verify" }
            }
        }
    }

    fn passkey_form(&self) -> Markup {
        let form = PasskeyForm {
            id: "okta-passkey",
            action: paths::PASSKEY,
            makes: false,
            options: self.passkey.unwrap_or_default(),
            state_token: self.state_token,
            label: "Use your passkey",
            with_identifier: false,
            is_secondary: false,
        };
        html! {
            (self.alert())
            (form.render())
        }
    }

    fn offer_of_mail(&self) -> Markup {
        html! {
            form #okta-send-mail method="post" action=(paths::SELECT_FACTOR) accept-charset="utf-8" {
                (self.alert())
                p { "We will send a mail to " strong { (masked(self.email)) } ", with a link and a code." }
                input type="hidden" name="stateToken" value=(self.state_token);
                button type="submit" name="method" value=(FactorMethod::Email.as_str()) autofocus { "Send me an email" }
            }
        }
    }

    fn alternatives(&self) -> Markup {
        let is_offered = |method: &&FactorMethod| {
            **method != self.by || self.was_mailed && **method == FactorMethod::Email
        };
        let others: Vec<_> = self.methods.iter().filter(is_offered).collect();
        html! {
            @if !others.is_empty() {
                form #okta-select-factor method="post" action=(paths::SELECT_FACTOR) accept-charset="utf-8" {
                    input type="hidden" name="stateToken" value=(self.state_token);
                    @if self.was_mailed && self.by == FactorMethod::Email {
                        button.secondary type="submit" name="method" value=(FOLLOWED) { "Continue after following the link" }
                    }
                    @for method in others {
                        button.secondary type="submit" name="method" value=(method.as_str()) { (self.words(*method)) }
                    }
                }
            }
        }
    }

    fn words(&self, method: FactorMethod) -> &'static str {
        match method {
            FactorMethod::Email if self.by == method => "Send the mail again",
            FactorMethod::Email => "Verify with an email instead",
            FactorMethod::Totp => "Verify with your authenticator app instead",
            FactorMethod::Passkey => "Verify with a passkey instead",
        }
    }
}

/// An address as it may be shown to somebody who knows it: `a***e@example.com`.
fn masked(email: &str) -> String {
    let Some((name, domain)) = email.split_once('@') else { return "***".to_owned() };
    let first: String = name.chars().take(1).collect();
    let last: String = name.chars().skip(1).last().into_iter().collect();
    format!("{first}***{last}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_to_whoever_knows_it() {
        for (email, shown) in
            [("alice@example.com", "a***e@example.com"), ("a@b.example", "a***@b.example"), ("none", "***")]
        {
            assert_eq!(masked(email), shown);
        }
    }
}
