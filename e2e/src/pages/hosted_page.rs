//! The org's own pages: sign-in, second factor, refusal, a new password.
//!
//! All selectors of pages that are not Grove's stand in this file: those of Okta's sign-in widget as a classic org
//! serves it, as an org with Identity Engine serves it, and those of `okta-local`, which follows the latter. A list
//! of selectors means: whichever of them is there.

use crate::browser::Tab;
use crate::scene::Person;

/// Around everything that the widget asks; a form in `okta-local`.
const WIDGET: &str = "#okta-sign-in";
/// Identity Engine and `okta-local`; classic.
const IDENTIFIER: &str = "input[name=\"identifier\"], #okta-signin-username";
/// Identity Engine and `okta-local`; classic.
const PASSWORD: &str =
    "#okta-sign-in input[name=\"credentials.passcode\"][type=\"password\"], #okta-signin-password";
/// Identity Engine; classic; `okta-local`.
const SUBMIT: &str = "#okta-sign-in input.button-primary[type=\"submit\"], #okta-signin-submit, \
                      form#okta-sign-in button[type=\"submit\"]";
/// All three use the widget's class for what went wrong.
const REFUSAL: &str = ".okta-form-infobox-error";
/// `okta-local`; Identity Engine; classic.
const CODE: &str = "#okta-second-factor input[name=\"credentials.passcode\"], \
                    #okta-sign-in input[name=\"credentials.passcode\"][type=\"text\"], \
                    #okta-sign-in input[name=\"answer\"]";
/// `okta-local`; Identity Engine and classic.
const VERIFY: &str =
    "#okta-second-factor button[type=\"submit\"], #okta-sign-in input.button-primary[type=\"submit\"]";

/// The page that asks who somebody is.
#[derive(Clone, Copy, Debug)]
pub struct OrgSignIn<'a>(pub &'a Tab);

impl OrgSignIn<'_> {
    /// Waits for it.
    pub async fn is_shown(&self) {
        self.0.see(WIDGET).await;
        self.0.see(IDENTIFIER).await;
    }

    /// Fills it in and sends it. Identity Engine may ask for the password on a page of its own.
    pub async fn submit(&self, login: &str, password: &str) {
        self.is_shown().await;
        self.0.fill(IDENTIFIER, login).await;
        if self.0.count(PASSWORD).await == 0 {
            self.0.click(SUBMIT).await;
        }
        self.0.fill(PASSWORD, password).await;
        self.0.click(SUBMIT).await;
    }

    /// Signs this person in.
    pub async fn sign_in(&self, person: Person) {
        let account = person.account();
        self.submit(&account.login, &account.password).await;
    }

    /// Waits until this user name stands in the form.
    pub async fn expects(&self, login: &str) {
        self.is_shown().await;
        let script = "return document.querySelector(arguments[0]).value";
        self.0
            .until(login, async || match self.0.run(script, vec![IDENTIFIER.into()]).await {
                value if value == login => Ok(()),
                other => Err(other.to_string()),
            })
            .await;
    }

    /// Waits until it says that user name or password are wrong.
    pub async fn shows_refusal(&self) {
        self.0.see_text(REFUSAL, "Unable to sign in").await;
    }

    /// Enters the code of the authenticator app, on the page that asks for it.
    pub async fn enter_code(&self, code: &str) {
        self.0.fill(CODE, code).await;
        self.0.click(VERIFY).await;
    }
}

/// The pages about accounts, those of `okta-local`.
#[derive(Clone, Copy, Debug)]
pub struct OrgAccount<'a>(pub &'a Tab);

impl OrgAccount<'_> {
    /// From the sign-in page: has a mail sent that leads to another password.
    pub async fn forgot_password(&self, login: &str) {
        self.0.click("#forgot-password").await;
        self.0.fill("#okta-recover input[name=\"identifier\"]", login).await;
        self.0.click("#okta-recover button[type=\"submit\"]").await;
        self.0.see("#okta-mail-code").await;
    }

    /// On the page that asks for one: chooses a password.
    pub async fn choose_password(&self, password: &str) {
        self.0.fill("#okta-new-password input[name=\"credentials.passcode\"]", password).await;
        self.0.fill("#okta-new-password input[name=\"confirmPassword\"]", password).await;
        self.0.click("#okta-new-password button[type=\"submit\"]").await;
    }

    /// Waits until it says what the password lacks.
    pub async fn names_what_is_missing(&self, requirement: &str) {
        self.0.see_text("#password-error", requirement).await;
    }
}
