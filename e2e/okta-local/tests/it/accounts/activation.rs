//! People whom an administrator makes choose their first password by the link of a mail.

use std::time::Duration;

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{INITIATE, NEW, administrator, ask_for_mail, choose, follow, hints, org, signs_in};
use crate::browser::{Browser, text};
use crate::management::{call, get};

const FERN: &str = "fern@example.com";

async fn make(org: &RunningOrg, query: &str) -> Value {
    let profile = json!({"login": FERN, "email": FERN, "firstName": "Fern", "lastName": "Glade"});
    let user = call(org, Method::POST, &format!("/users{query}"), &json!({"profile": profile})).await.json();
    org.assign(FERN);
    user
}

async fn status(org: &RunningOrg) -> String {
    text(&get(org, &format!("/users/{FERN}")).await, "status").to_owned()
}

#[tokio::test]
async fn the_link_of_the_mail_leads_to_the_first_password_and_to_the_app() {
    let org = org().await;
    make(&org, "?activate=true").await;
    let link = org.mail_to(FERN).await.and_then(|mail| mail.link).expect("a link");
    let browser = Browser::new(&org);
    let page = follow(&browser, &browser.get(&link).await).await;
    assert!(page.body.contains("Set up your password") && !page.body.contains("revokeSessions"), "{page:?}");
    let page = follow(&browser, &choose(&org, &browser, &page, "fern").await).await;
    assert!(page.body.contains("id=\"password-error\"") && status(&org).await == "PROVISIONED");
    let answer = choose(&org, &browser, &page, NEW).await;
    assert!(answer.location().starts_with(&format!("{INITIATE}?iss=")), "{answer:?}");
    assert_eq!(hints(&answer), ["ACTIVATION", "AUTHENTICATED", FERN]);
    assert_eq!(status(&org).await, "ACTIVE");
    browser.authorize(&[("prompt", Some("none"))]).await.code();
    assert!(signs_in(&org, FERN, NEW).await);
    assert_eq!(browser.get(&link).await.status, 400, "it is good once");
    assert_eq!(org.mails().len(), 1, "no mail tells that a first password was set");
}

#[tokio::test]
async fn who_is_activated_later_gets_the_mail_then() {
    let org = org().await;
    make(&org, "?activate=false").await;
    assert!(org.mails().is_empty());
    administrator(&org, &format!("{FERN}/lifecycle/activate?sendEmail=true")).await;
    let first = org.mail_to(FERN).await.and_then(|mail| mail.link).expect("a link");
    administrator(&org, &format!("{FERN}/lifecycle/reactivate?sendEmail=true")).await;
    let second = org.mail_to(FERN).await.and_then(|mail| mail.link).expect("a link");
    let browser = Browser::new(&org);
    assert_eq!(browser.get(&first).await.status, 400, "the last one counts");
    org.advance_clock(Duration::from_secs(7 * 24 * 3600 - 5));
    let page = follow(&browser, &browser.get(&second).await).await;
    org.advance_clock(Duration::from_secs(5));
    assert_eq!(choose(&org, &browser, &page, NEW).await.status, 400, "a week is over");
}

#[tokio::test]
async fn the_url_that_the_api_hands_out_leads_to_the_same_page() {
    let org = org().await;
    make(&org, "?activate=false").await;
    let told = administrator(&org, &format!("{FERN}/lifecycle/activate?sendEmail=false")).await;
    let browser = Browser::new(&org);
    let page = follow(&browser, &browser.get(text(&told, "activationUrl")).await).await;
    choose(&org, &browser, &page, NEW).await;
    assert!(signs_in(&org, FERN, NEW).await && org.mails().is_empty());
}

#[tokio::test]
async fn who_forgot_that_they_have_no_password_yet_gets_the_activation_again() {
    let org = org().await;
    make(&org, "?activate=true").await;
    org.delete_mails();
    let browser = Browser::new(&org);
    ask_for_mail(&org, &browser, "forgot-password", FERN).await;
    let mail = org.mail_to(FERN).await.expect("a mail");
    assert_eq!(mail.subject, "Welcome to Okta!");
    let page = follow(&browser, &browser.get(&mail.link.expect("a link")).await).await;
    choose(&org, &browser, &page, NEW).await.code();
}
