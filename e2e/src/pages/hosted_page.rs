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

    /// Has the browser kept signed in.
    pub async fn keep(&self) {
        self.is_shown().await;
        self.0.click("#okta-sign-in input[name=\"rememberMe\"]").await;
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

/// Of `okta-local`: asks for the user name of whoever needs a mail.
const RECOVER: &str = "#okta-recover";
/// Of `okta-local`: asks for the code of a mail.
const MAIL_CODE: &str = "#okta-mail-code";

/// The pages about accounts, those of `okta-local`.
#[derive(Clone, Copy, Debug)]
pub struct OrgAccount<'a>(pub &'a Tab);

impl OrgAccount<'_> {
    /// From the sign-in page: has a mail sent that leads to another password.
    pub async fn forgot_password(&self, login: &str) {
        self.begins_with_a_forgotten_password().await;
        self.says_who(login).await;
    }

    /// From the sign-in page to the page that asks who forgot the password.
    pub async fn begins_with_a_forgotten_password(&self) {
        self.0.click("#forgot-password").await;
        self.0.see(RECOVER).await;
    }

    /// From the sign-in page: has a mail sent that ends a lock.
    pub async fn unlock(&self, login: &str) {
        self.begins_with_a_lock().await;
        self.says_who(login).await;
    }

    /// From the sign-in page to the page that asks who is locked out.
    pub async fn begins_with_a_lock(&self) {
        self.0.click("#unlock").await;
        self.0.see(RECOVER).await;
    }

    /// On the page that asks for it: gives the user name, and has a mail sent.
    pub async fn says_who(&self, login: &str) {
        self.0.fill("#okta-recover input[name=\"identifier\"]", login).await;
        self.0.click("#okta-recover button[type=\"submit\"]").await;
        self.has_sent_a_mail().await;
    }

    /// From the sign-in page: fills in the form for an account, and has a mail sent that confirms the address.
    pub async fn sign_up(&self, given_name: &str, email: &str, password: &str) {
        self.begins_to_sign_up().await;
        self.fill_in_sign_up(given_name, email, password).await;
        self.has_sent_a_mail().await;
    }

    /// From the sign-in page to the form for an account.
    pub async fn begins_to_sign_up(&self) {
        self.0.click("#register").await;
        self.0.see("#okta-sign-up").await;
    }

    /// Fills in that form and sends it.
    pub async fn fill_in_sign_up(&self, given_name: &str, email: &str, password: &str) {
        for (name, text) in [
            ("userProfile.firstName", given_name),
            ("userProfile.lastName", "Orchard"),
            ("userProfile.email", email),
            ("credentials.passcode", password),
        ] {
            self.0.fill(&format!("#okta-sign-up input[name=\"{name}\"]"), text).await;
        }
        self.0.click("#okta-sign-up button[type=\"submit\"]").await;
    }

    /// Waits until it says that a mail was sent.
    pub async fn has_sent_a_mail(&self) {
        self.0.see(MAIL_CODE).await;
    }

    /// On the page that asks for it: enters the code of the mail.
    pub async fn enter_code(&self, code: &str) {
        self.0.fill("#okta-mail-code input[name=\"credentials.passcode\"]", code).await;
        self.0.click("#okta-mail-code button[type=\"submit\"]").await;
    }

    /// Waits for the page that a mail's link leads to, with its only button.
    pub async fn asks_to_confirm(&self) {
        self.0.see("#okta-confirm").await;
    }

    /// On the page that a mail's link leads to: presses its only button.
    pub async fn confirm(&self) {
        self.0.click("#okta-confirm button[type=\"submit\"]").await;
    }

    /// Waits until it says that the lock has ended.
    pub async fn is_unlocked(&self) {
        self.0.see("#unlocked").await;
    }

    /// Waits until it says that a sign-up is confirmed in the browser where it began.
    pub async fn sends_elsewhere(&self) {
        self.0.see("#elsewhere").await;
    }

    /// Follows the link that leads back to the sign-in, or on to one.
    pub async fn goes_to_the_sign_in(&self) {
        self.0.click(".aside a").await;
        self.0.see(IDENTIFIER).await;
    }

    /// Waits for the page that asks for a password.
    pub async fn asks_for_a_password(&self) {
        self.0.see("#okta-new-password").await;
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

/// The pages about factors beside the password, those of `okta-local`.
#[derive(Clone, Copy, Debug)]
pub struct OrgFactors<'a>(pub &'a Tab);

impl OrgFactors<'_> {
    /// Waits until a passkey is offered, or demanded.
    pub async fn offers_a_passkey(&self) {
        self.0.see("#okta-enroll-passkey").await;
    }

    /// Sets one up, where it is offered.
    pub async fn set_up_a_passkey(&self) {
        self.0.click("#okta-enroll-passkey button").await;
    }

    /// Uses one: on the sign-in page in place of a password, or where it is asked for beside one.
    pub async fn use_a_passkey(&self) {
        self.0.click("#okta-passkey button").await;
    }

    /// Waits until the page says what became of it.
    pub async fn says(&self, text: &str) {
        self.0
            .see_text("#okta-passkey [role=\"status\"], #okta-enroll-passkey [role=\"status\"]", text)
            .await;
    }

    /// Has a mail sent in place of what is asked for.
    pub async fn ask_for_a_mail(&self) {
        self.0.click("button[name=\"method\"][value=\"email\"]").await;
        self.0.see("#mailed").await;
    }

    /// Goes on after the link was followed in another tab.
    pub async fn go_on_after_the_link(&self) {
        self.0.click("button[name=\"method\"][value=\"followed\"]").await;
    }
}

/// What people set for themselves in `okta-local`.
#[derive(Clone, Copy, Debug)]
pub struct OrgSettings<'a>(pub &'a Tab);

impl OrgSettings<'_> {
    /// Waits for the page.
    pub async fn is_shown(&self) {
        self.0.see_text("h1", "Settings").await;
    }

    /// Comes from the dashboard.
    pub async fn open(&self) {
        self.0.click("#settings").await;
    }

    /// Goes to the page that asks for another password, and for the present one.
    pub async fn begins_to_change_the_password(&self) {
        self.0.click("#okta-change-password button").await;
        self.0.see("#present-password").await;
    }

    /// Sets a passkey up.
    pub async fn set_up_a_passkey(&self) {
        self.0.click("#okta-add-passkey button").await;
    }

    /// Removes the first passkey of the list.
    pub async fn remove_a_passkey(&self) {
        self.0.click(".passkeys button").await;
    }

    /// Waits until it says this.
    pub async fn says(&self, text: &str) {
        self.0.see_text("#settings-notice", text).await;
    }
}
