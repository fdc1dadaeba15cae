//! A password that has expired is changed on the way.

use super::{NEW, administrator, choose, events, follow, org, signs_in};
use crate::browser::{ALICE, Browser, PASSWORD};

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
