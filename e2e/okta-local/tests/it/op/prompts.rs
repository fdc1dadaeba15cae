//! Who is asked, and when again (OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use super::{auth_time, id_claims, tokens};
use crate::browser::{ALICE, Browser, PASSWORD, org, redeem, still_org};

// oidcc-display-page
#[tokio::test]
async fn display_page() {
    let org = still_org().await;
    tokens(org, &Browser::new(org), &[("display", Some("page"))]).await;
}

// oidcc-display-popup
#[tokio::test]
async fn display_popup() {
    let org = still_org().await;
    tokens(org, &Browser::new(org), &[("display", Some("popup"))]).await;
}

// oidcc-prompt-login
#[tokio::test]
async fn prompt_login() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = tokens(&org, &browser, &[]).await;
    org.advance_clock(Duration::from_secs(5));
    let page = browser.authorize(&[("prompt", Some("login"))]).await;
    assert!(page.is_sign_in_page());
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let again = redeem(&org, &code, &[]).await.json();
    assert!(auth_time(&again) >= auth_time(&first) + 5);
    assert_eq!(id_claims(&org, &first).await["sub"], id_claims(&org, &again).await["sub"]);
}

// oidcc-prompt-none-not-logged-in
#[tokio::test]
async fn prompt_none_not_logged_in() {
    let answer = Browser::new(still_org().await).authorize(&[("prompt", Some("none"))]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("login_required"));
    assert_eq!(answer.returned("state").as_deref(), Some("the state"));
    assert_eq!(answer.returned("code"), None);
}

// oidcc-prompt-none-logged-in
#[tokio::test]
async fn prompt_none_logged_in() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = tokens(&org, &browser, &[]).await;
    org.advance_clock(Duration::from_secs(5));
    let silent = browser.authorize(&[("prompt", Some("none"))]).await;
    let second = redeem(&org, &silent.code(), &[]).await.json();
    assert_eq!(auth_time(&first), auth_time(&second));
    assert_eq!(id_claims(&org, &first).await["sub"], id_claims(&org, &second).await["sub"]);
}

// oidcc-max-age-1
#[tokio::test]
async fn max_age_1() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = tokens(&org, &browser, &[]).await;
    org.advance_clock(Duration::from_secs(2));
    let page = browser.authorize(&[("max_age", Some("1"))]).await;
    assert!(page.is_sign_in_page());
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let again = redeem(&org, &code, &[]).await.json();
    assert!(auth_time(&again) >= auth_time(&first) + 2);
    assert!(org.now().0 - auth_time(&again) <= 5, "the claim is there and fresh");
}

// oidcc-max-age-10000
#[tokio::test]
async fn max_age_10000() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = tokens(&org, &browser, &[("max_age", Some("15000"))]).await;
    org.advance_clock(Duration::from_secs(2));
    let silent = browser.authorize(&[("max_age", Some("10000")), ("prompt", Some("none"))]).await;
    assert_eq!(auth_time(&redeem(&org, &silent.code(), &[]).await.json()), auth_time(&first));
}

// oidcc-id-token-hint
#[tokio::test]
async fn id_token_hint() {
    let org = still_org().await;
    let browser = Browser::new(org);
    let first = tokens(org, &browser, &[]).await;
    let hint = first["id_token"].as_str();
    let silent = browser.authorize(&[("prompt", Some("none")), ("id_token_hint", hint)]).await;
    let second = redeem(org, &silent.code(), &[]).await.json();
    assert_eq!(id_claims(org, &first).await["sub"], id_claims(org, &second).await["sub"]);
}

// oidcc-login-hint
#[tokio::test]
async fn login_hint() {
    let org = still_org().await;
    let page = Browser::new(org).authorize(&[("login_hint", Some("bob@example.com"))]).await;
    assert_eq!(page.field("identifier"), "bob@example.com");
    tokens(org, &Browser::new(org), &[("login_hint", Some(ALICE))]).await;
}
