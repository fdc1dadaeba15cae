//! Who guesses too often is locked out for an hour, and not told so.

use std::time::Duration;

use okta_local::{Outcome, RunningOrg};
use okta_types::Form;

use crate::browser::{ALICE, Answer, Browser, PASSWORD, org};

async fn guess(browser: &Browser<'_>, login: &str, password: &str) -> Answer {
    let answer = browser.sign_in(&browser.authorize(&[]).await, login, password).await;
    assert_eq!(answer.status, 303);
    browser.get(answer.location()).await
}

/// A page without what differs from one time to the next.
fn stable(page: &Answer) -> String {
    page.body.replace(&page.field("stateToken"), "TOKEN")
}

fn refusals(org: &RunningOrg, event: &str) -> Vec<String> {
    let reason = |outcome| match outcome {
        Outcome::Failure(reason) => Some(reason),
        _ => None,
    };
    let log =
        org.system_log().into_iter().filter(|e| e.event_type == event && e.actor.as_deref() == Some(ALICE));
    log.filter_map(|e| reason(e.outcome)).collect()
}

#[tokio::test]
async fn the_tenth_wrong_password_locks_the_account_for_an_hour() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mut told = String::new();
    for _ in 0..10 {
        assert!(!org.is_locked_out(ALICE));
        told = stable(&guess(&browser, ALICE, "wrong").await);
    }
    assert!(org.is_locked_out(ALICE));
    assert_eq!(refusals(&org, "user.account.lock"), ["LOCKED_OUT"]);
    let page = guess(&browser, ALICE, PASSWORD).await;
    assert!(page.body.contains("Unable to sign in"), "{page:?}");
    assert_eq!(stable(&page), told, "the lock is not told");
    assert_eq!(refusals(&org, "user.session.start").last().map(String::as_str), Some("LOCKED_OUT"));
    assert_eq!(browser.cookie("sid"), None);
    // Others are not concerned, and time opens the account again.
    Browser::new(&org).code_for("bob@example.com", &[]).await;
    org.advance_clock(Duration::from_secs(3599));
    guess(&browser, ALICE, PASSWORD).await;
    assert_eq!(browser.cookie("sid"), None);
    org.advance_clock(Duration::from_secs(1));
    browser.code_for(ALICE, &[]).await;
}

#[tokio::test]
async fn a_right_password_starts_the_count_anew_and_an_administrator_unlocks() {
    let org = org().await;
    let browser = Browser::new(&org);
    for _ in 0..2 {
        for _ in 0..9 {
            guess(&browser, ALICE, "wrong").await;
        }
        browser.sign_in(&browser.authorize(&[("prompt", Some("login"))]).await, ALICE, PASSWORD).await.code();
        org.end_sessions();
    }
    for _ in 0..10 {
        guess(&browser, ALICE, "wrong").await;
    }
    assert!(org.is_locked_out(ALICE) && org.unlock(ALICE) && !org.unlock("nobody@example.com"));
    browser.code_for(ALICE, &[]).await;
}

/// Side by side, so that no guess waits for another one's end.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_side_by_side_are_all_counted() {
    let org = org().await;
    let page = async |browser: &Browser<'_>| browser.authorize(&[]).await;
    let (a, b) = (Browser::new(&org), Browser::new(&org));
    for _ in 0..5 {
        let (one, other) = (page(&a).await, page(&b).await);
        tokio::join!(a.sign_in(&one, ALICE, "wrong"), b.sign_in(&other, ALICE, "wrong"));
    }
    assert!(org.is_locked_out(ALICE));
}

#[tokio::test]
async fn wrong_codes_of_the_second_factor_lock_too() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    for _ in 0..10 {
        let page = browser.authorize(&[("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
        let form =
            Form::new().with("stateToken", &page.field("stateToken")).with("credentials.passcode", "000000");
        browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await;
    }
    assert!(org.is_locked_out(ALICE));
    let page = browser.authorize(&[("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
    let code = org.totp_code(ALICE).unwrap();
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("credentials.passcode", &code);
    let answer = browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await;
    assert_eq!(answer.returned("code"), None, "{answer:?}");
}
