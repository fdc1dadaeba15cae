//! A password that has expired is changed on the way.

use reqwest::Method;
use serde_json::json;

use super::{NEW, administrator, choose, events, follow, org, signs_in};
use crate::browser::{ALICE, Browser, PASSWORD};
use crate::management::call;

const FERN: &str = "fern@example.com";

#[tokio::test]
async fn whoever_proves_an_expired_password_chooses_another_and_goes_on() {
    let org = org().await;
    administrator(&org, &format!("{ALICE}/lifecycle/expire_password")).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    assert!(page.body.contains("Your password has expired") && browser.cookie("sid").is_none(), "{page:?}");
    let weak = follow(&browser, &choose(&org, &browser, &page, PASSWORD).await).await;
    assert!(weak.body.contains("None of your last 5 passwords"), "{weak:?}");
    choose(&org, &browser, &weak, NEW).await.code();
    assert!(signs_in(&org, ALICE, NEW).await && !signs_in(&org, ALICE, PASSWORD).await);
    assert!(events(&org).contains(&"user.account.update_password"));
}

#[tokio::test]
async fn a_wrong_password_is_told_nothing_of_it() {
    let org = org().await;
    administrator(&org, &format!("{ALICE}/lifecycle/expire_password")).await;
    let browser = Browser::new(&org);
    let answer = browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    let page = browser.get(answer.location()).await;
    assert!(page.is_sign_in_page() && page.body.contains("Unable to sign in"), "{page:?}");
    for _ in 0..9 {
        browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    }
    let answer = browser.sign_in(&browser.authorize(&[]).await, ALICE, PASSWORD).await;
    assert!(browser.get(answer.location()).await.body.contains("Unable to sign in"), "locked out");
}

#[tokio::test]
async fn a_password_that_was_replaced_in_between_proves_nothing() {
    let org = org().await;
    administrator(&org, &format!("{ALICE}/lifecycle/expire_password")).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    org.advance_clock(std::time::Duration::from_secs(1));
    administrator(&org, &format!("{ALICE}/lifecycle/expire_password_with_temp_password")).await;
    assert_eq!(choose(&org, &browser, &page, NEW).await.status, 400);
    assert!(!signs_in(&org, ALICE, NEW).await);
}

/// `nextLogin=changePassword`, in the words of Okta's description: "the password is set to EXPIRED".
#[tokio::test]
async fn who_is_made_to_change_the_password_at_the_next_sign_in_does_so() {
    let org = org().await;
    let body = json!({
        "profile": {"login": FERN, "email": FERN, "firstName": "Fern", "lastName": "Glade"},
        "credentials": {"password": {"value": PASSWORD}},
    });
    let made = call(&org, Method::POST, "/users?activate=true&nextLogin=changePassword", &body).await;
    assert_eq!((made.status.as_u16(), &made.json()["status"]), (200, &json!("PASSWORD_EXPIRED")), "{made:?}");
    org.assign(FERN);
    let browser = Browser::new(&org);
    let page = follow(&browser, &browser.sign_in(&browser.authorize(&[]).await, FERN, PASSWORD).await).await;
    choose(&org, &browser, &page, NEW).await.code();
    assert!(
        org.mails().iter().all(|mail| mail.subject == "Password Changed"),
        "who has a password is not asked by mail"
    );
    for query in ["?nextLogin=nope", "?activate=false&nextLogin=changePassword"] {
        let refused = call(&org, Method::POST, &format!("/users{query}"), &body).await;
        assert_eq!(refused.status, 400, "{query}");
    }
    let without = json!({"profile": body["profile"]});
    let refused = call(&org, Method::POST, "/users?nextLogin=changePassword", &without).await;
    assert_eq!(refused.status, 400, "there is no password to change");
}
