//! The paths of the org's own pages: pages link to them, endpoints answer them, counters know them.

/// Where the sign-in page posts to.
pub(crate) const SIGN_IN: &str = "/login/verify";

/// Where the page of the second factor posts to.
pub(crate) const SECOND_FACTOR: &str = "/login/second-factor";

/// Where the page of the second factor posts what shall be asked for instead; a mail is sent by it.
pub(crate) const SELECT_FACTOR: &str = "/login/select-factor";

/// Where pages post what a passkey answered.
pub(crate) const PASSKEY: &str = "/login/passkey";

/// Where the page of a sign-in posts the passkey that was made.
pub(crate) const ENROLL_PASSKEY: &str = "/login/enroll-passkey";

/// What people set for themselves, at the path of a live org.
pub(crate) const SETTINGS: &str = "/enduser/settings";

/// Where the page of the settings posts that somebody wants another password.
pub(crate) const CHANGE_PASSWORD: &str = "/login/change-password";

/// Where the page of the settings posts a passkey that was made.
pub(crate) const ADD_PASSKEY: &str = "/login/add-passkey";

/// Where the page of the settings posts which passkey to remove.
pub(crate) const REMOVE_PASSKEY: &str = "/login/remove-passkey";

/// Where the consent page posts to.
pub(crate) const CONSENT: &str = "/login/consent";

/// Where the next page of a sign-in is shown.
pub(crate) const STEP: &str = "/login/step";

/// Asks who forgot their password, with the state token of a sign-in page.
pub(crate) const FORGOT_PASSWORD: &str = "/signin/forgot-password";

/// Asks whose account is locked, with the state token of a sign-in page.
pub(crate) const UNLOCK: &str = "/signin/unlock";

/// Asks who signs up, with the state token of a sign-in page.
pub(crate) const REGISTER: &str = "/signin/register";

/// Where a page about an account is shown.
pub(crate) const ACCOUNT: &str = "/login/account";

/// Where the pages post to that ask for a user name.
pub(crate) const RECOVER: &str = "/login/recover";

/// Where the page posts to that asks for a code that was mailed.
pub(crate) const MAIL_CODE: &str = "/login/code";

/// Where the page posts to that asks for a new password.
pub(crate) const NEW_PASSWORD: &str = "/login/new-password";

/// Where the page of a mail's link posts to.
pub(crate) const CONFIRM: &str = "/login/confirm";

/// Where the sign-up page posts to.
pub(crate) const SIGN_UP: &str = "/login/sign-up";

/// All paths that people's forms are posted to.
pub(crate) const FORMS: [&str; 14] = [
    SIGN_IN,
    SECOND_FACTOR,
    SELECT_FACTOR,
    PASSKEY,
    ENROLL_PASSKEY,
    CONSENT,
    RECOVER,
    MAIL_CODE,
    NEW_PASSWORD,
    CONFIRM,
    SIGN_UP,
    CHANGE_PASSWORD,
    ADD_PASSKEY,
    REMOVE_PASSKEY,
];

/// What the link of a mail begins with that is a second factor; the app's client id follows, and the token is in the query.
pub(crate) const MAIL_CHALLENGE: &str = "/email/verify";

/// Where a sign-out ends that names no other place.
pub(crate) const SIGNED_OUT: &str = "/login/signed-out";

/// The end-user dashboard, at the path of a live org.
pub(crate) const DASHBOARD: &str = "/app/UserHome";

/// Where people come back to who signed in to the dashboard.
pub(crate) const DASHBOARD_CALLBACK: &str = "/enduser/callback";

/// Ends the session of whoever follows the link.
pub(crate) const SIGN_OUT: &str = "/login/signout";

/// Where the pages' style sheet is.
pub(crate) const STYLE: &str = "/login/assets/pages.css";

/// The mail that the org sent, for people on this machine.
pub(crate) const OUTBOX: &str = "/outbox";

/// What the links of mails begin with; their tokens follow.
const MAIL_LINKS: [&str; 5] =
    ["/signin/reset-password/", "/reset_password/", "/tokens/", "/signin/unlock/", "/signin/register/"];

/// A path as it may be told: that of a mail's link without the token.
pub(crate) fn without_token(path: &str) -> &str {
    let link = MAIL_LINKS.iter().find(|link| path.starts_with(**link));
    link.map_or(path, |link| link.trim_end_matches('/'))
}
