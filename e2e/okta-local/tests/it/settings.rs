//! What people set for themselves, from the dashboard: their password and their passkeys.

use std::time::Duration;

use okta_local::{App, RunningOrg};
use serde_json::json;

use crate::accounts::{NEW, administrator, follow, signs_in};
use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder};
use crate::management::get;
use crate::passkeys::authenticator::{Authenticator, options};

const BOB: &str = "bob@example.com";

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    builder().app(grove).passkeys(true).start().await.expect("an org on any port starts")
}

/// Goes on until there is a page.
async fn land(org: &RunningOrg, browser: &Browser<'_>, mut answer: Answer) -> Answer {
    while answer.status.is_redirection() && answer.location().starts_with(org.base_url()) {
        answer = browser.get(answer.location()).await;
    }
    answer
}

async fn open(org: &RunningOrg, browser: &Browser<'_>) -> Answer {
    land(org, browser, browser.get(&format!("{}/enduser/settings", org.base_url())).await).await
}

fn is_settings(page: &Answer) -> bool {
    page.status == 200 && page.body.contains("<h1>Settings</h1>")
}

/// The settings of somebody who has no factor beside the password, in a browser where they signed in.
async fn settings_of_bob(org: &RunningOrg, browser: &Browser<'_>) -> Answer {
    administrator(org, &format!("{BOB}/lifecycle/reset_factors")).await;
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, BOB, PASSWORD).await;
    let page = open(org, browser).await;
    assert!(is_settings(&page), "{page:?}");
    page
}

async fn add_passkey(org: &RunningOrg, browser: &Browser<'_>, page: &Answer) -> Answer {
    let made = Authenticator::new(org.base_url()).create(&options(page, "okta-add-passkey"));
    land(org, browser, browser.submit("/login/add-passkey", page, &[("credential", &made)]).await).await
}

#[tokio::test]
async fn whoever_has_a_second_factor_proves_it_first_and_comes_back() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = open(&org, &browser).await;
    let page = land(&org, &browser, browser.sign_in(&page, ALICE, PASSWORD).await).await;
    assert!(page.body.contains("id=\"okta-second-factor\""), "{page:?}");
    let code = org.totp_code(ALICE).unwrap();
    let page = land(
        &org,
        &browser,
        browser.submit("/login/second-factor", &page, &[("credentials.passcode", &code)]).await,
    )
    .await;
    // A passkey is offered on the way.
    let page = land(&org, &browser, browser.submit("/login/enroll-passkey", &page, &[]).await).await;
    assert!(is_settings(&page) && page.body.contains(ALICE), "{page:?}");
    org.advance_clock(Duration::from_secs(901));
    assert!(open(&org, &browser).await.is_sign_in_page(), "it is too long ago");
    let page = browser.submit("/login/add-passkey", &page, &[("credential", "{}")]).await;
    assert!(page.location().contains("max_age=900"), "{page:?}");
}

#[tokio::test]
async fn passkeys_are_set_up_listed_and_removed() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = settings_of_bob(&org, &browser).await;
    assert!(page.body.contains("id=\"no-passkeys\""), "{page:?}");
    let refused = browser.submit("/login/add-passkey", &page, &[("credential", "{}")]).await;
    let page = follow(&browser, &refused).await;
    assert!(page.body.contains("role=\"alert\"") && page.body.contains("was not set up"), "{page:?}");
    // From now on a passkey is what they have: it is proved before anything else is set.
    let page = add_passkey(&org, &browser, &page).await;
    assert!(page.body.contains("Use your passkey"), "{page:?}");
    assert_eq!(get(&org, &format!("/users/{BOB}/factors")).await.as_array().map(Vec::len), Some(1));
}

/// Signs in with a passkey, and comes to the settings.
async fn with_passkey<'a>(org: &'a RunningOrg) -> (Browser<'a>, Authenticator) {
    let first = Browser::new(org);
    let page = settings_of_bob(org, &first).await;
    let mut device = Authenticator::new(org.base_url());
    let made = device.create(&options(&page, "okta-add-passkey"));
    first.submit("/login/add-passkey", &page, &[("credential", &made)]).await;
    let browser = Browser::new(org);
    let page = browser.authorize(&[]).await;
    let signed = device.get(&options(&page, "okta-passkey"));
    browser.submit("/login/passkey", &page, &[("credential", &signed)]).await.code();
    (browser, device)
}

#[tokio::test]
async fn one_of_several_is_removed_and_nobody_elses() {
    let org = org().await;
    let (browser, _) = with_passkey(&org).await;
    let page = add_passkey(&org, &browser, &open(&org, &browser).await).await;
    assert!(is_settings(&page) && page.body.contains("The passkey is set up."), "{page:?}");
    let ids = async || {
        let factors = get(&org, &format!("/users/{BOB}/factors")).await;
        let ids = factors.as_array().unwrap().iter().map(|factor| factor["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let before = ids().await;
    let page =
        follow(&browser, &browser.submit("/login/remove-passkey", &page, &[("factor", &before[0])]).await)
            .await;
    assert!(page.body.contains("The passkey was removed."), "{page:?}");
    assert_eq!(ids().await, before[1..]);
    // Only passkeys, and only their own.
    let of_alice = get(&org, &format!("/users/{ALICE}/factors")).await[0]["id"].as_str().unwrap().to_owned();
    follow(&browser, &browser.submit("/login/remove-passkey", &page, &[("factor", &of_alice)]).await).await;
    assert_eq!(get(&org, &format!("/users/{ALICE}/factors")).await[0]["id"], json!(of_alice));
}

#[tokio::test]
async fn a_form_is_good_once_in_its_browser_while_its_person_is_signed_in() {
    let org = org().await;
    let (browser, mallory) = (Browser::new(&org), Browser::new(&org));
    let page = settings_of_bob(&org, &browser).await;
    let made = Authenticator::new(org.base_url()).create(&options(&page, "okta-add-passkey"));
    let fields = [("credential", made.as_str())];
    mallory.code_for(ALICE, &[]).await;
    assert_eq!(mallory.submit("/login/add-passkey", &page, &fields).await.status, 400);
    // Another person in the same browser.
    org.end_sessions_of(BOB);
    let answer = browser.submit("/login/add-passkey", &page, &fields).await;
    assert!(land(&org, &browser, answer).await.is_sign_in_page());
    assert_eq!(get(&org, &format!("/users/{BOB}/factors")).await, json!([]));
    let url = format!("{}/login/account?stateToken={}", org.base_url(), page.field("stateToken"));
    assert_ne!(browser.get(&url).await.status, 200, "nor is the page shown");
}

#[tokio::test]
async fn the_password_is_changed_by_whoever_knows_the_present_one() {
    let org = org().await;
    let browser = Browser::new(&org);
    let other = Browser::new(&org);
    let page = settings_of_bob(&org, &browser).await;
    let form = other.authorize(&[]).await;
    other.sign_in(&form, BOB, PASSWORD).await;
    let before = browser.cookie("sid");
    let page = follow(&browser, &browser.submit("/login/change-password", &page, &[]).await).await;
    let fields = |present| {
        [
            ("presentPassword", present),
            ("credentials.passcode", NEW),
            ("confirmPassword", NEW),
            ("credentials.revokeSessions", "true"),
        ]
    };
    let page = follow(&browser, &browser.submit("/login/new-password", &page, &fields("wrong")).await).await;
    assert!(
        page.body.contains("That is not your password.") && page.body.contains("aria-invalid"),
        "{page:?}"
    );
    assert!(signs_in(&org, ALICE, PASSWORD).await);
    let page = follow(&browser, &browser.submit("/login/new-password", &page, &fields(PASSWORD)).await).await;
    assert!(is_settings(&page) && page.body.contains("The password was changed."), "{page:?}");
    assert_ne!(browser.cookie("sid"), before);
    let elsewhere = other.authorize(&[("prompt", Some("none"))]).await;
    assert_eq!(elsewhere.returned("error").as_deref(), Some("login_required"), "they asked for that");
    let fresh = Browser::new(&org);
    let form = fresh.authorize(&[]).await;
    assert!(follow(&fresh, &fresh.sign_in(&form, BOB, PASSWORD).await).await.is_sign_in_page());
    let mail = org.mail_to(BOB).await.expect("a mail");
    assert_eq!(mail.subject, "Password Changed");
}

#[tokio::test]
async fn guesses_at_the_present_password_lock_the_person_out() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = settings_of_bob(&org, &browser).await;
    let mut page = follow(&browser, &browser.submit("/login/change-password", &page, &[]).await).await;
    for guess in 0..10 {
        let guess = format!("guess-{guess}");
        let fields =
            [("presentPassword", guess.as_str()), ("credentials.passcode", NEW), ("confirmPassword", NEW)];
        page = follow(&browser, &browser.submit("/login/new-password", &page, &fields).await).await;
    }
    assert!(org.is_locked_out(BOB));
}

#[tokio::test]
async fn without_passkeys_there_is_the_password_alone_and_no_script() {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    let org = builder().app(grove).start().await.unwrap();
    let browser = Browser::new(&org);
    let page = settings_of_bob(&org, &browser).await;
    assert!(!page.body.contains("passkey") && !page.body.contains("<script"), "{page:?}");
    let page = land(&org, &browser, browser.get(&format!("{}/app/UserHome", org.base_url())).await).await;
    assert!(page.body.contains("/enduser/settings") && !page.body.contains("passkey"), "{page:?}");
}
