//! Codes of an authenticator app, where `acr_values` or the app ask for them.

use std::time::Duration;

use okta_local::{App, RunningOrg};
use okta_types::Form;
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder, org, parts, redeem, text};

const TWO: (&str, Option<&str>) = ("acr_values", Some("urn:okta:loa:2fa:any"));

/// From the answer to a form to the page it leads to.
async fn follow(browser: &Browser<'_>, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{answer:?}");
    browser.get(answer.location()).await
}

fn is_factor_page(page: &Answer) -> bool {
    page.status == 200 && page.body.contains("id=\"okta-second-factor\"")
}

async fn enter(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, code: &str) -> Answer {
    assert!(is_factor_page(page), "{page:?}");
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("credentials.passcode", code);
    browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await
}

async fn factor_page(browser: &Browser<'_>) -> Answer {
    let page = browser.authorize(&[TWO]).await;
    follow(browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await
}

async fn claims(org: &RunningOrg, answer: &Answer, token: &str) -> Value {
    parts(text(&redeem(org, &answer.code(), &[]).await.json(), token)).1
}

#[tokio::test]
async fn password_and_code_reach_two_factors() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = factor_page(&browser).await;
    assert!(
        page.body.contains("autocomplete=\"one-time-code\"") && page.body.contains("inputmode=\"numeric\"")
    );
    assert!(page.body.contains("<label for=\"passcode\">") && page.body.contains(ALICE));
    assert_eq!(browser.cookie("sid"), None, "half a sign-in is none");
    let answer = enter(&org, &browser, &page, &org.totp_code(ALICE).unwrap()).await;
    let tokens = redeem(&org, &answer.code(), &[]).await.json();
    let (access, id) = (parts(text(&tokens, "access_token")).1, parts(text(&tokens, "id_token")).1);
    assert_eq!(
        (&access["acr"], &id["acr"]),
        (&json!("urn:okta:loa:2fa:any"), &json!("urn:okta:loa:2fa:any"))
    );
    assert_eq!(id["amr"], json!(["pwd", "otp", "mfa"]));
    // The session has it now: nobody is asked twice.
    assert_eq!(browser.authorize(&[TWO, ("prompt", Some("none"))]).await.status, 302);
}

#[tokio::test]
async fn a_session_by_password_is_stepped_up_without_the_password() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let before = browser.cookie("sid");
    org.advance_clock(Duration::from_secs(600));
    let silent = browser.authorize(&[TWO, ("prompt", Some("none"))]).await;
    assert_eq!(silent.returned("error").as_deref(), Some("login_required"));
    let page = browser.authorize(&[TWO]).await;
    let answer = enter(&org, &browser, &page, &org.totp_code(ALICE).unwrap()).await;
    assert_ne!(browser.cookie("sid"), before, "a session with more rights has another cookie");
    let id = claims(&org, &answer, "id_token").await;
    assert!(org.now().0 - id["auth_time"].as_i64().unwrap() < 60, "{id}");
}

#[tokio::test]
async fn a_step_up_with_max_age_asks_for_both() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    org.advance_clock(Duration::from_secs(301));
    let page = browser.authorize(&[TWO, ("max_age", Some("300"))]).await;
    assert!(page.is_sign_in_page());
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    enter(&org, &browser, &page, &org.totp_code(ALICE).unwrap()).await.code();
}

#[tokio::test]
async fn a_wrong_code_is_told_and_after_five_the_password_is_asked_for_again() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mut page = factor_page(&browser).await;
    for _ in 0..4 {
        assert!(!page.body.contains("<script"));
        page = follow(&browser, &enter(&org, &browser, &page, "000000").await).await;
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("Invalid code"), "{page:?}");
    }
    let answer = enter(&org, &browser, &page, "000000").await;
    assert!(follow(&browser, &answer).await.is_sign_in_page());
}

#[tokio::test]
async fn a_code_is_good_once() {
    let org = org().await;
    let (one, other) = (Browser::new(&org), Browser::new(&org));
    let code = org.totp_code(ALICE).unwrap();
    let (page, second) = (factor_page(&one).await, factor_page(&other).await);
    enter(&org, &one, &page, &code).await.code();
    let again = follow(&other, &enter(&org, &other, &second, &code).await).await;
    assert!(is_factor_page(&again) && again.body.contains("Invalid code"), "{again:?}");
    org.advance_clock(Duration::from_secs(60));
    enter(&org, &other, &again, &org.totp_code(ALICE).unwrap()).await.code();
}

#[tokio::test]
async fn the_page_belongs_to_its_browser() {
    let org = org().await;
    let (alice, mallory) = (Browser::new(&org), Browser::new(&org));
    let page = factor_page(&alice).await;
    mallory.authorize(&[]).await;
    let stolen = enter(&org, &mallory, &page, &org.totp_code(ALICE).unwrap()).await;
    assert_eq!(stolen.status, 400);
    let url = format!("{}/login/step?stateToken={}", org.base_url(), page.field("stateToken"));
    assert_eq!(mallory.get(&url).await.status, 400);
    assert!(is_factor_page(&alice.get(&url).await), "a reload shows it again");
}

#[tokio::test]
async fn a_password_page_cannot_be_answered_as_a_code_page() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let form = Form::new()
        .with("stateToken", &page.field("stateToken"))
        .with("credentials.passcode", &org.totp_code(ALICE).unwrap());
    let answer = browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await;
    assert!(follow(&browser, &answer).await.is_sign_in_page());
    assert_eq!(browser.cookie("sid"), None);
}

#[tokio::test]
async fn classes_are_chosen_in_order_and_unknown_ones_are_passed_over() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = [("acr_values", Some("urn:x phr urn:okta:loa:1fa:any urn:okta:loa:2fa:any"))];
    let page = browser.authorize(&first).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(claims(&org, &answer, "access_token").await["acr"], "urn:okta:loa:1fa:any");
    let possible = browser.authorize(&[("acr_values", Some("urn:okta:loa:2fa:any:ifpossible"))]).await;
    assert!(is_factor_page(&possible), "alice has a second factor");
    let unmet = browser.authorize(&[("acr_values", Some("phrh"))]).await;
    assert_eq!(unmet.returned("error").as_deref(), Some("unmet_authentication_requirements"));
}

#[tokio::test]
async fn an_app_may_ask_for_it_each_time() {
    let app = App::spa("Bank").redirect_uri(CALLBACK).second_factor_required();
    let org = builder().app(app).start().await.unwrap();
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    let answer = enter(&org, &browser, &page, &org.totp_code(ALICE).unwrap()).await;
    assert!(claims(&org, &answer, "access_token").await.get("acr").is_none(), "nobody asked for a class");
}

#[tokio::test]
async fn accounts_tell_their_authenticator_secret_and_show_it_as_a_picture() {
    let org = org().await;
    let alice = org.accounts().remove(0);
    assert_eq!(alice.totp_secret.len(), 32);
    assert!(alice.totp_uri.contains(&alice.totp_secret) && alice.totp_uri.starts_with("otpauth://totp/"));
    assert!(alice.totp_qr_code().lines().count() > 15);
    assert!(!format!("{alice:?}").contains(&alice.totp_secret));
    assert_eq!(org.totp_code("nobody@example.com"), None);
}

/// Somebody whom another identity provider answers for: they are asked, and the time stays that of the first sign-in.
#[tokio::test]
async fn a_federated_person_comes_back_with_an_old_auth_time() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    let time = |tokens: &serde_json::Value| parts(text(tokens, "id_token")).1["auth_time"].as_i64().unwrap();
    assert!(org.federate(ALICE) && !org.federate("nobody@example.com"));
    org.advance_clock(std::time::Duration::from_secs(1200));
    for change in [[("max_age", Some("60"))], [("prompt", Some("login"))]] {
        let again = redeem(&org, &browser.code_for(ALICE, &change).await, &[]).await.json();
        assert_eq!(time(&again), time(&first), "{change:?}");
    }
    let strong = [("max_age", Some("60")), ("acr_values", Some("urn:okta:loa:2fa:any"))];
    let page = browser.authorize(&strong).await;
    let page = browser.get(browser.sign_in(&page, ALICE, PASSWORD).await.location()).await;
    let form = Form::new()
        .with("stateToken", &page.field("stateToken"))
        .with("credentials.passcode", &org.totp_code(ALICE).unwrap());
    let back = browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await;
    let again = redeem(&org, &back.code(), &[]).await.json();
    assert_eq!(time(&again), time(&first));
    // A browser that has no session yet has no older time either.
    let elsewhere = redeem(&org, &Browser::new(&org).code_for(ALICE, &[]).await, &[]).await.json();
    assert!(time(&elsewhere) >= time(&first) + 1200);
}
