use std::time::Duration;

use okta_local::Endpoint;
use okta_types::Form;

use crate::browser::{ALICE, Browser, PASSWORD, org};

#[tokio::test]
async fn the_page_has_its_hooks_and_its_labels_and_no_script() {
    let org = org().await;
    let page = Browser::new(&org).authorize(&[("login_hint", Some("bob@example.com"))]).await;
    for hook in [
        "<form id=\"okta-sign-in\" method=\"post\"",
        "name=\"identifier\"",
        "name=\"credentials.passcode\"",
        "type=\"submit\"",
        "<label for=\"identifier\">",
        "<label for=\"passcode\">",
        "<html lang=\"en\">",
        "<strong>Grove</strong>",
    ] {
        assert!(page.body.contains(hook), "{hook}: {}", page.body);
    }
    assert!(!page.body.contains("<script") && !page.body.contains("role=\"alert\""));
    assert_eq!(page.field("identifier"), "bob@example.com");
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(
        page.header("content-security-policy"),
        Some(
            "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:8080; base-uri 'none'; \
             frame-ancestors 'none'"
        )
    );
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(page.header("cache-control").unwrap().contains("no-store"));
}

#[tokio::test]
async fn a_wrong_password_is_told_once_and_the_user_name_is_kept() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    for (login, password) in [(ALICE, "wrong"), ("nobody@example.com", PASSWORD), (ALICE, "")] {
        let answer = browser.sign_in(&browser.authorize(&[]).await, login, password).await;
        assert_eq!(answer.status, 303);
        assert_eq!(browser.cookie("sid"), None);
        let again = browser.get(answer.location()).await;
        let error = "<div class=\"okta-form-infobox-error\" id=\"sign-in-error\" role=\"alert\">";
        assert!(again.body.contains(error), "{again:?}");
        assert!(again.body.contains("Unable to sign in"));
        assert_eq!(again.field("identifier"), login);
    }
    assert!(!browser.authorize(&[]).await.body.contains("Unable to sign in"), "a reload says it no more");
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
}

#[tokio::test]
async fn the_answer_to_the_right_password_is_303_with_a_new_session() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let answer = browser.sign_in(&page, " Alice@Example.com ", PASSWORD).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let first = browser.cookie("sid").unwrap();
    let page = browser.authorize(&[("prompt", Some("login"))]).await;
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
    assert_ne!(browser.cookie("sid").unwrap(), first);
}

#[tokio::test]
async fn a_form_prepared_in_another_browser_signs_nobody_in() {
    let org = org().await;
    let (attacker, victim) = (Browser::new(&org), Browser::new(&org));
    let page = attacker.authorize(&[]).await;
    let fresh = victim.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!((fresh.status.as_u16(), victim.cookie("sid")), (400, None));
    victim.authorize(&[]).await;
    let known = victim.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!((known.status.as_u16(), victim.cookie("sid")), (400, None));
    let made_up = Form::new().with("identifier", ALICE).with("credentials.passcode", PASSWORD);
    let url = format!("{}/login/verify", org.base_url());
    assert_eq!(victim.post(&url, &made_up).await.status, 400);
}

#[tokio::test]
async fn a_page_is_good_for_one_answer_and_a_second_begins_again() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let second = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert!(second.location().starts_with(&format!("{}/v1/authorize?", org.issuer())), "{second:?}");
    browser.get(second.location()).await.code();
    assert_eq!(org.requests(Endpoint::SignIn), 2);
}

#[tokio::test]
async fn a_page_left_open_for_an_hour_has_expired() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    org.advance_clock(Duration::from_secs(3600));
    let late = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(late.returned("error").as_deref(), Some("login_required"));
    let description = "Request expired, please start over and try again.";
    assert_eq!(late.returned("error_description").as_deref(), Some(description));
    assert_eq!(browser.cookie("sid"), None);
}

#[tokio::test]
async fn two_tabs_can_sign_in_side_by_side() {
    let org = org().await;
    let browser = Browser::new(&org);
    let one = browser.authorize(&[("state", Some("one"))]).await;
    let other = browser.authorize(&[("state", Some("other"))]).await;
    assert_eq!(browser.sign_in(&one, ALICE, PASSWORD).await.returned("state").as_deref(), Some("one"));
    assert_eq!(browser.sign_in(&other, ALICE, PASSWORD).await.returned("state").as_deref(), Some("other"));
}
