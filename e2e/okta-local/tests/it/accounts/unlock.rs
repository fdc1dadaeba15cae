//! "Unlock account?": by mail.

use okta_local::RunningOrg;

use super::{INITIATE, ask_for_mail, events, follow, org, submit};
use crate::browser::{ALICE, Browser};

async fn lock(org: &RunningOrg) {
    let browser = Browser::new(org);
    for _ in 0..10 {
        browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    }
    assert!(org.is_locked_out(ALICE));
}

#[tokio::test]
async fn the_link_of_the_mail_ends_the_lock_and_leads_back() {
    let org = org().await;
    lock(&org).await;
    let browser = Browser::new(&org);
    ask_for_mail(&org, &browser, "unlock", ALICE).await;
    let mail = org.mail_to(ALICE).await.expect("a mail");
    let link = mail.link.expect("a link");
    assert!(
        mail.subject == "Unlock Account" && link.starts_with(&format!("{}/signin/unlock/", org.base_url()))
    );
    let page = follow(&browser, &browser.get(&link).await).await;
    assert!(org.is_locked_out(ALICE), "looking at a link does nothing");
    let page = follow(&browser, &submit(&org, &browser, &page, &[]).await).await;
    assert!(page.body.contains("id=\"unlocked\"") && !org.is_locked_out(ALICE), "{page:?}");
    assert!(page.body.contains(&format!("href=\"{}/v1/authorize?", org.issuer())), "{page:?}");
    assert!(browser.cookie("sid").is_none(), "the password is still to be shown");
    assert_eq!(browser.get(&link).await.status, 400, "it is good once");
    browser.code_for(ALICE, &[]).await;
    let told =
        ["user.account.unlock_token", "system.email.account_unlock.sent_message", "user.account.unlock"];
    assert!(told.iter().all(|name| events(&org).contains(name)), "{:?}", events(&org));
}

#[tokio::test]
async fn the_code_of_the_mail_does_the_same() {
    let org = org().await;
    lock(&org).await;
    let browser = Browser::new(&org);
    let page = ask_for_mail(&org, &browser, "unlock", ALICE).await;
    let code = org.mail_to(ALICE).await.and_then(|mail| mail.code).expect("a code");
    let page =
        follow(&browser, &submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await).await;
    assert!(page.body.contains("id=\"unlocked\"") && !org.is_locked_out(ALICE), "{page:?}");
}

#[tokio::test]
async fn who_is_not_locked_out_learns_so_by_mail() {
    let org = org().await;
    ask_for_mail(&org, &Browser::new(&org), "unlock", ALICE).await;
    let mail = org.mail_to(ALICE).await.expect("a mail");
    assert!(mail.link.is_none() && mail.code.is_none() && mail.text.contains("not locked"), "{}", mail.text);
}

#[tokio::test]
async fn in_another_browser_the_way_on_leads_to_the_app() {
    let org = org().await;
    lock(&org).await;
    ask_for_mail(&org, &Browser::new(&org), "unlock", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let elsewhere = Browser::new(&org);
    let page = follow(&elsewhere, &elsewhere.get(&link).await).await;
    let page = follow(&elsewhere, &submit(&org, &elsewhere, &page, &[]).await).await;
    let (_, href) = page.body.split_once("<a id=\"to-app\" href=\"").expect("a way on");
    assert!(href.starts_with(&format!("{INITIATE}?iss=http%3A%2F%2F")), "{page:?}");
    assert!(!page.body.contains("Back to sign in"), "{page:?}");
}
