//! `id_token_hint` at `/authorize` (OpenID Connect Core §3.1.2.1): whom the app means.

use std::time::Duration;

use okta_local::RunningOrg;

use crate::browser::{ALICE, Answer, Browser, PASSWORD, org, parts, redeem, text};

const BOB: &str = "bob@example.com";

/// An ID token of this person, from another browser.
async fn hint(org: &RunningOrg, login: &str) -> String {
    let code = Browser::new(org).code_for(login, &[]).await;
    text(&redeem(org, &code, &[]).await.json(), "id_token").to_owned()
}

#[track_caller]
fn check(answer: &Answer, error: &str, description: &str) {
    assert_eq!(answer.returned("error").as_deref(), Some(error), "{answer:?}");
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
    assert_eq!(answer.returned("code"), None);
}

#[tokio::test]
async fn a_hint_of_the_one_who_is_signed_in_is_silent_even_when_it_has_expired() {
    let org = org().await;
    let (browser, alice) = (Browser::new(&org), hint(&org, ALICE).await);
    browser.code_for(ALICE, &[]).await;
    org.advance_clock(Duration::from_secs(3700));
    browser.authorize(&[("id_token_hint", Some(&alice)), ("prompt", Some("none"))]).await.code();
}

#[tokio::test]
async fn a_hint_of_somebody_else_is_not_silent() {
    let org = org().await;
    let (browser, bob) = (Browser::new(&org), hint(&org, BOB).await);
    let none = [("id_token_hint", Some(bob.as_str())), ("prompt", Some("none"))];
    let description = "The client specified not to prompt, but the user is not logged in.";
    check(&browser.authorize(&none).await, "login_required", description);
    browser.code_for(ALICE, &[]).await;
    check(&browser.authorize(&none).await, "login_required", description);
}

#[tokio::test]
async fn who_is_meant_signs_in_and_nobody_else() {
    let org = org().await;
    let (browser, bob) = (Browser::new(&org), hint(&org, BOB).await);
    browser.code_for(ALICE, &[]).await;
    let hinted = [("id_token_hint", Some(bob.as_str()))];
    let page = browser.authorize(&hinted).await;
    assert!(page.is_sign_in_page() && page.field("identifier") == BOB, "{page:?}");
    let description = "The client specified not to prompt, but the user is not logged in.";
    check(&browser.sign_in(&page, ALICE, PASSWORD).await, "login_required", description);
    let code = browser.sign_in(&browser.authorize(&hinted).await, BOB, PASSWORD).await.code();
    let id = parts(text(&redeem(&org, &code, &[]).await.json(), "id_token")).1;
    assert_eq!(id["preferred_username"], BOB);
}

#[tokio::test]
async fn what_is_not_an_id_token_for_this_app_is_no_hint() {
    let org = org().await;
    let (browser, alice) = (Browser::new(&org), hint(&org, ALICE).await);
    browser.code_for(ALICE, &[]).await;
    let mut forged = alice.clone();
    forged.replace_range(forged.len() - 8..forged.len() - 4, "AAAA");
    let access = org.mint_access_token(|_| {});
    for bad in ["garbage", &forged, &access] {
        check(
            &browser.authorize(&[("id_token_hint", Some(bad))]).await,
            "invalid_request",
            "Invalid request",
        );
    }
    let other = org.client_id_of("Other").unwrap();
    let change = [
        ("id_token_hint", Some(alice.as_str())),
        ("client_id", Some(&*other)),
        ("redirect_uri", Some("http://localhost:9999/cb")),
    ];
    check(&browser.authorize(&change).await, "invalid_request", "Invalid request");
}
