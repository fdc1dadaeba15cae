//! The org's hosted sign-in page.

use crate::tab::Tab;

/// Of every seeded account.
const PASSWORD: &str = "Grove-2026!";

const IDENTIFIER: &str = "input[name=\"identifier\"]";
const PASSCODE: &str = "input[name=\"credentials.passcode\"]";

/// The page that asks for user name and password.
pub(crate) struct OrgSignIn<'a>(pub(crate) &'a Tab);

impl OrgSignIn<'_> {
    pub(crate) async fn is_shown(&self) {
        self.0.see("form#okta-sign-in").await;
    }

    pub(crate) async fn submit(&self, login: &str, password: &str) {
        self.is_shown().await;
        self.0.fill(IDENTIFIER, login).await;
        self.0.fill(PASSCODE, password).await;
        self.0.click("form#okta-sign-in [type=submit]").await;
    }

    /// Signs in a seeded account.
    pub(crate) async fn sign_in(&self, login: &str) {
        self.submit(login, PASSWORD).await;
    }

    pub(crate) async fn shows_refusal(&self) {
        self.0.see_text(".okta-form-infobox-error[role=alert]", "Unable to sign in").await;
    }

    /// Enters the code of the authenticator app, on the page that asks for it.
    pub(crate) async fn enter_code(&self, code: &str) {
        self.0.fill("input#passcode", code).await;
        self.0.click("form [type=submit]").await;
    }
}
