//! The sign-in page: user name and password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout;
use super::passkey::PasskeyForm;
use crate::paths;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct SignInPage<'a> {
    /// Label of the app that the person signs in to.
    pub(crate) app: &'a str,
    /// Good for one answer.
    pub(crate) state_token: &'a str,
    /// What stands in the user name's field already.
    pub(crate) identifier: &'a str,
    /// Whether this browser was refused just now.
    pub(crate) was_refused: bool,
    /// Whether people may sign up for the app.
    pub(crate) sign_up: bool,
    /// What the browser is asked for, in JSON, where people may use passkeys.
    pub(crate) passkey: Option<&'a str>,
}

impl SignInPage<'_> {
    /// The page as an answer; its form may lead to the origin of `redirect_uri`.
    pub(crate) fn respond(self, redirect_uri: &str) -> HttpResponse {
        match self.passkey {
            Some(_) => layout::respond_with_script(StatusCode::OK, self.render(), &[redirect_uri]),
            None => layout::respond(StatusCode::OK, self.render(), Some(redirect_uri)),
        }
    }

    /// The password is never put back; the user name is, and then the password's field has the focus.
    fn render(self) -> String {
        let named = !self.identifier.is_empty();
        let error_id = self.was_refused.then_some("sign-in-error");
        let title = layout::title(self.was_refused, &format!("{} - Sign in", self.app));
        let content = html! {
            h1 { "Sign in" }
            p.lead { "to continue to " strong { (self.app) } }
            form #okta-sign-in method="post" action=(paths::SIGN_IN) accept-charset="utf-8" {
                @if self.was_refused {
                    div.okta-form-infobox-error role="alert" #sign-in-error { p { "Unable to sign in" } }
                }
                input type="hidden" name="stateToken" value=(self.state_token);
                label for="identifier" { "Username" }
                input #identifier name="identifier" type="text" inputmode="email" autocomplete="username"
                    autocapitalize="none" spellcheck="false" required value=(self.identifier) autofocus[!named]
                    aria-invalid=[error_id.map(|_| "true")] aria-describedby=[error_id];
                label for="passcode" { "Password" }
                input #passcode name="credentials.passcode" type="password" autocomplete="current-password"
                    required autofocus[named]
                    aria-invalid=[error_id.map(|_| "true")] aria-describedby=[error_id];
                div.check {
                    input #remember-me name="rememberMe" type="checkbox" value="true";
                    label for="remember-me" { "Keep me signed in" }
                }
                button type="submit" { "Sign in" }
            }
            @if let Some(options) = self.passkey {
                (PasskeyForm {
                    id: "okta-passkey",
                    action: paths::PASSKEY,
                    makes: false,
                    options,
                    state_token: self.state_token,
                    label: "Sign in with a passkey",
                    with_identifier: true,
                    is_secondary: true,
                }.render())
            }
            ul.help {
                @for (id, path, text) in [
                    ("forgot-password", paths::FORGOT_PASSWORD, "Forgot password?"),
                    ("unlock", paths::UNLOCK, "Unlock account?"),
                    ("register", paths::REGISTER, "Sign up"),
                ].into_iter().filter(|(id, ..)| self.sign_up || *id != "register") {
                    li { a id=(id) href=(format!("{path}?stateToken={}", self.state_token)) { (text) } }
                }
            }
        };
        layout::page(&title, &content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_cannot_become_markup() {
        let page = SignInPage {
            app: "<b>",
            state_token: "t",
            identifier: "\"><script>",
            was_refused: true,
            sign_up: true,
            passkey: None,
        };
        let html = page.render();
        assert!(!html.contains("<script") && !html.contains("<b>"));
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;\""));
    }

    #[test]
    fn the_focus_is_where_something_is_missing() {
        let page = SignInPage {
            app: "Grove",
            state_token: "t",
            identifier: "",
            was_refused: false,
            sign_up: false,
            passkey: None,
        };
        let focused = |html: &str| html.split("<input").position(|input| input.contains("autofocus"));
        assert_eq!(focused(&page.render()), Some(2));
        assert_eq!(focused(&SignInPage { identifier: "a", ..page }.render()), Some(3));
    }
}
