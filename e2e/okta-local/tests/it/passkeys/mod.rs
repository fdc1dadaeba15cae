//! Passkeys: registered on a page of the org, used in place of a password and as a second factor. What the crate that
//! verifies them must refuse is tried here again, through the pages.

pub(crate) mod authenticator;
mod enrollment;
mod guards;
mod sign_in;

use okta_local::{App, RunningOrg};

use crate::accounts::{administrator, follow};
use crate::browser::{Answer, Browser, CALLBACK, PASSWORD, builder};
use authenticator::{Authenticator, options};

const BOB: &str = "bob@example.com";
const PHR: [(&str, Option<&str>); 1] = [("acr_values", Some("phr"))];
const TWO: [(&str, Option<&str>); 1] = [("acr_values", Some("urn:okta:loa:2fa:any"))];

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    builder().app(grove).passkeys(true).start().await.expect("an org on any port starts")
}

/// Somebody who has no factor beside the password yet.
async fn bare(org: &RunningOrg, login: &str) {
    administrator(org, &format!("{login}/lifecycle/reset_factors")).await;
}

/// From a page that asks for a passkey on with that answer.
async fn answer(browser: &Browser<'_>, page: &Answer, credential: &str) -> Answer {
    browser.submit("/login/passkey", page, &[("credential", credential)]).await
}

/// The page that offers a passkey, to somebody who signs in with the password alone.
async fn offer(browser: &Browser<'_>, login: &str) -> Answer {
    let page = browser.authorize(&[]).await;
    let page = follow(browser, &browser.sign_in(&page, login, PASSWORD).await).await;
    assert!(page.body.contains("id=\"okta-enroll-passkey\""), "{page:?}");
    page
}

/// A passkey of this person's, registered where it is offered; they have no other factor from then on.
async fn enrolled(org: &RunningOrg, login: &str) -> Authenticator {
    bare(org, login).await;
    let browser = Browser::new(org);
    let page = offer(&browser, login).await;
    let mut device = Authenticator::new(org.base_url());
    let made = device.create(&options(&page, "okta-enroll-passkey"));
    browser.submit("/login/enroll-passkey", &page, &[("credential", &made)]).await.code();
    device
}

/// The sign-in page with what it asks a passkey for.
async fn sign_in_page(browser: &Browser<'_>) -> (Answer, serde_json::Value) {
    let page = browser.authorize(&[]).await;
    assert!(page.is_sign_in_page());
    let asked = options(&page, "okta-passkey");
    (page, asked)
}

/// Whether a fresh browser is signed in by what this makes of what its page asks for.
async fn signs_in(org: &RunningOrg, make: impl FnOnce(&serde_json::Value) -> String) -> bool {
    let browser = Browser::new(org);
    let (page, asked) = sign_in_page(&browser).await;
    let back = answer(&browser, &page, &make(&asked)).await;
    let is_in = browser.cookie("sid").is_some();
    assert_eq!(is_in, back.location().contains("code="), "{back:?}");
    if !is_in {
        let page = browser.get(back.location()).await;
        assert!(page.is_sign_in_page() && page.body.contains("Unable to sign in"), "{page:?}");
    }
    is_in
}
