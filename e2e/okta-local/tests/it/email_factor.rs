//! A mail as a second factor, by its code and by its link, where the org has e-mail on as an authenticator.

use std::time::Duration;

use okta_local::{App, Mail, RunningOrg};
use okta_types::Form;
use serde_json::json;

use crate::accounts::{follow, submit};
use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder, parts, redeem, text};

const BOB: &str = "bob@example.com";
const TWO: [(&str, Option<&str>); 1] = [("acr_values", Some("urn:okta:loa:2fa:any"))];

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    builder().app(grove).email_authenticator(true).start().await.expect("an org on any port starts")
}

/// As far as the page that asks for a second factor.
async fn factor_page(browser: &Browser<'_>, login: &str) -> Answer {
    let page = browser.authorize(&TWO).await;
    follow(browser, &browser.sign_in(&page, login, PASSWORD).await).await
}

async fn select(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, method: &str) -> Answer {
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("method", method);
    browser.post(&format!("{}/login/select-factor", org.base_url()), &form).await
}

async fn enter(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, code: &str) -> Answer {
    submit(org, browser, page, &[("credentials.passcode", code)]).await
}

/// As far as the page that asks for the code, and the mail.
async fn mailed(org: &RunningOrg, browser: &Browser<'_>, login: &str) -> (Answer, Mail) {
    let page = factor_page(browser, login).await;
    let page = follow(browser, &select(org, browser, &page, "email").await).await;
    (page, org.mail_to(login).await.expect("a mail"))
}

fn code(mail: &Mail) -> &str {
    mail.code.as_deref().expect("a code")
}

fn link(mail: &Mail) -> &str {
    mail.link.as_deref().expect("a link")
}

fn wrong(mail: &Mail) -> &'static str {
    if code(mail) == "000000" { "111111" } else { "000000" }
}

fn asks_again(page: &Answer) -> bool {
    page.status == 200 && page.body.contains("role=\"alert\"") && page.body.contains("Invalid code")
}

#[tokio::test]
async fn the_code_of_a_mail_is_a_second_factor() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (page, mail) = mailed(&org, &browser, ALICE).await;
    assert!(page.body.contains("a***e@example.com") && !page.body.contains("<script"), "{page:?}");
    assert!(page.body.contains("<label for=\"passcode\">"), "{page:?}");
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ALICE, "One-time verification code"));
    assert_eq!(browser.cookie("sid"), None, "half a sign-in is none");
    let spaced = format!("{} {}", &code(&mail)[..3], &code(&mail)[3..]);
    let answer = enter(&org, &browser, &page, &spaced).await;
    let id = parts(text(&redeem(&org, &answer.code(), &[]).await.json(), "id_token")).1;
    assert_eq!(id["amr"], json!(["pwd", "email", "mfa"]));
    assert_eq!(id["acr"], "urn:okta:loa:2fa:any");
    let events: Vec<_> = org.system_log().into_iter().map(|event| event.event_type).collect();
    assert!(events.contains(&"system.email.send_factor_verify_message"), "{events:?}");
}

#[tokio::test]
async fn nothing_is_mailed_before_somebody_asks_for_it() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = factor_page(&browser, ALICE).await;
    assert!(page.body.contains("Verify with an email instead"), "{page:?}");
    assert!(org.mails().is_empty());
}

#[tokio::test]
async fn whoever_has_no_authenticator_app_is_offered_a_mail_and_gets_it_by_one_button() {
    let org = org().await;
    let browser = Browser::new(&org);
    crate::accounts::administrator(&org, &format!("{BOB}/lifecycle/reset_factors")).await;
    let page = factor_page(&browser, BOB).await;
    assert!(page.body.contains("id=\"okta-send-mail\""), "{page:?}");
    let page = follow(&browser, &submit(&org, &browser, &page, &[("method", "email")]).await).await;
    let mail = org.mail_to(BOB).await.expect("a mail");
    enter(&org, &browser, &page, code(&mail)).await.code();
}

#[tokio::test]
async fn where_email_is_off_there_is_none() {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    let org = builder().app(grove).start().await.unwrap();
    let browser = Browser::new(&org);
    let page = factor_page(&browser, ALICE).await;
    assert!(!page.body.contains("value=\"email\""), "{page:?}");
    let answer = select(&org, &browser, &page, "email").await;
    assert!(browser.get(answer.location()).await.is_sign_in_page() && org.mails().is_empty());
    org.set_email_authenticator(true);
    let page = factor_page(&browser, ALICE).await;
    assert!(page.body.contains("value=\"email\""), "{page:?}");
}

#[tokio::test]
async fn a_code_is_good_once_and_the_last_one_only() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (page, first) = mailed(&org, &browser, ALICE).await;
    let page = follow(&browser, &select(&org, &browser, &page, "email").await).await;
    let second = org.mail_to(ALICE).await.expect("another mail");
    let page = follow(&browser, &enter(&org, &browser, &page, code(&first)).await).await;
    assert!(asks_again(&page) || code(&first) == code(&second), "{page:?}");
    enter(&org, &browser, &page, code(&second)).await.code();
    // In a browser that proved only the password since, the used one is worth nothing.
    let other = Browser::new(&org);
    let (page, third) = mailed(&org, &other, ALICE).await;
    if code(&second) != code(&third) {
        assert!(asks_again(&follow(&other, &enter(&org, &other, &page, code(&second)).await).await));
    }
    assert_eq!(browser.get(link(&second)).await.status, 400, "nor is its link");
}

#[tokio::test]
async fn a_code_ends_after_five_minutes() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (page, mail) = mailed(&org, &browser, ALICE).await;
    org.advance_clock(Duration::from_secs(290));
    assert!(Browser::new(&org).get(link(&mail)).await.body.contains(code(&mail)));
    org.advance_clock(Duration::from_secs(10));
    assert_eq!(browser.get(link(&mail)).await.status, 400);
    assert!(asks_again(&follow(&browser, &enter(&org, &browser, &page, code(&mail)).await).await));
}

#[tokio::test]
async fn another_persons_code_is_wrong() {
    let org = org().await;
    let (alice, bob) = (Browser::new(&org), Browser::new(&org));
    let (page, of_alice) = mailed(&org, &alice, ALICE).await;
    let (_, of_bob) = mailed(&org, &bob, BOB).await;
    assert_ne!(code(&of_alice), code(&of_bob), "one in a million");
    assert!(asks_again(&follow(&alice, &enter(&org, &alice, &page, code(&of_bob)).await).await));
    // The code of a mail is none of an authenticator app, nor the other way round.
    let app = org.totp_code(ALICE).unwrap();
    let (page, mail) = mailed(&org, &alice, ALICE).await;
    assert!(asks_again(&follow(&alice, &enter(&org, &alice, &page, &app).await).await));
    let page = factor_page(&alice, ALICE).await;
    assert!(asks_again(&follow(&alice, &enter(&org, &alice, &page, code(&mail)).await).await));
}

#[tokio::test]
async fn after_five_wrong_codes_the_password_is_asked_for_again_however_many_mails_there_were() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (mut page, mut mail) = mailed(&org, &browser, ALICE).await;
    for _ in 0..4 {
        page = follow(&browser, &enter(&org, &browser, &page, wrong(&mail)).await).await;
        assert!(asks_again(&page), "{page:?}");
        page = follow(&browser, &select(&org, &browser, &page, "email").await).await;
        mail = org.mail_to(ALICE).await.expect("a mail");
    }
    let answer = enter(&org, &browser, &page, wrong(&mail)).await;
    assert!(follow(&browser, &answer).await.is_sign_in_page());
}

#[tokio::test]
async fn ten_wrong_codes_lock_the_person_out_and_the_link_with_them() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mut last = None;
    for _ in 0..2 {
        let (mut page, mail) = mailed(&org, &browser, ALICE).await;
        for _ in 0..5 {
            let answer = enter(&org, &browser, &page, wrong(&mail)).await;
            page = browser.get(answer.location()).await;
        }
        last = Some(mail);
    }
    assert_eq!(browser.get(link(&last.unwrap())).await.status, 400);
    assert_eq!(browser.cookie("sid"), None);
}

#[tokio::test]
async fn a_person_gets_ten_mails_an_hour_and_others_cannot_use_them_up() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mut page = factor_page(&browser, ALICE).await;
    for _ in 0..10 {
        page = follow(&browser, &select(&org, &browser, &page, "email").await).await;
        assert!(page.body.contains("We have sent a mail"), "{page:?}");
    }
    page = follow(&browser, &select(&org, &browser, &page, "email").await).await;
    assert!(page.body.contains("role=\"alert\"") && page.body.contains("Too many emails"), "{page:?}");
    assert_eq!(org.mails().len(), 10);
    // The last mail is good all the same.
    let last = org.mails().pop().unwrap();
    enter(&org, &browser, &page, code(&last)).await.code();
    org.advance_clock(Duration::from_secs(3600));
    let (_, mail) = mailed(&org, &Browser::new(&org), ALICE).await;
    assert!(mail.code.is_some());
}

#[tokio::test]
async fn the_link_goes_on_with_the_sign_in_in_another_tab() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (page, mail) = mailed(&org, &browser, ALICE).await;
    let path = format!("{}/email/verify/{}?token=", org.base_url(), org.client_id());
    assert!(link(&mail).starts_with(&path), "{}", link(&mail));
    let answer = browser.get(link(&mail)).await;
    let id = parts(text(&redeem(&org, &answer.code(), &[]).await.json(), "id_token")).1;
    assert_eq!(id["amr"], json!(["pwd", "email", "mfa"]));
    // The first tab goes on too, and the code is used up.
    let answer = select(&org, &browser, &page, "followed").await;
    browser.get(answer.location()).await.code();
    assert_eq!(browser.get(link(&mail)).await.status, 400, "a link is good once");
}

#[tokio::test]
async fn nobody_goes_on_by_saying_that_the_link_was_followed() {
    let org = org().await;
    let (page, mail) = mailed(&org, &Browser::new(&org), ALICE).await;
    assert!(page.body.contains("Continue after following the link"), "{page:?}");
    let browser = Browser::new(&org);
    let (page, _) = mailed(&org, &browser, ALICE).await;
    let page = follow(&browser, &select(&org, &browser, &page, "followed").await).await;
    assert!(
        page.body.contains("was not followed in this browser yet") && browser.cookie("sid").is_none(),
        "{page:?}"
    );
    // Nor by one in another browser, whose mail it was.
    Browser::new(&org).get(link(&mail)).await;
    let page = follow(&browser, &select(&org, &browser, &page, "followed").await).await;
    assert!(page.body.contains("id=\"okta-second-factor\"") && browser.cookie("sid").is_none(), "{page:?}");
    // Whatever is typed after the link, the first tab goes on.
    let (page, mail) = mailed(&org, &browser, ALICE).await;
    browser.get(link(&mail)).await.code();
    let answer = enter(&org, &browser, &page, "0").await;
    browser.get(answer.location()).await.code();
}

#[tokio::test]
async fn in_another_browser_the_link_shows_the_code_and_proves_nothing() {
    let org = org().await;
    let (browser, phone) = (Browser::new(&org), Browser::new(&org));
    let (page, mail) = mailed(&org, &browser, ALICE).await;
    phone.authorize(&TWO).await;
    for elsewhere in [&phone, &Browser::new(&org)] {
        let shown = elsewhere.get(link(&mail)).await;
        assert!(
            shown.status == 200 && shown.body.contains(&format!("id=\"mail-code\">{}<", code(&mail))),
            "{shown:?}"
        );
        assert!(shown.body.contains("id=\"elsewhere\"") && !shown.body.contains("<form"), "{shown:?}");
        assert_eq!(elsewhere.cookie("sid"), None);
    }
    enter(&org, &browser, &page, code(&mail)).await.code();
}

#[tokio::test]
async fn a_link_is_for_its_app_and_nothing_is_told_of_others() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (_, mail) = mailed(&org, &browser, ALICE).await;
    let elsewhere = link(&mail).replace(org.client_id(), "0oaOther");
    for url in [elsewhere, format!("{}/email/verify/{}?token=x", org.base_url(), org.client_id())] {
        let answer = browser.get(&url).await;
        assert!(answer.status == 400 && !answer.body.contains(code(&mail)), "{answer:?}");
    }
    let logged: Vec<_> = org.system_log().iter().map(|event| format!("{event:?}")).collect();
    let token = link(&mail).rsplit('=').next().unwrap();
    assert!(logged.iter().all(|line| !line.contains(token) && !line.contains(code(&mail))));
}

#[tokio::test]
async fn the_session_has_another_cookie_after_the_link() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let before = browser.cookie("sid");
    let page = browser.authorize(&TWO).await;
    follow(&browser, &select(&org, &browser, &page, "email").await).await;
    let mail = org.mail_to(ALICE).await.unwrap();
    browser.get(link(&mail)).await.code();
    assert!(before.is_some() && browser.cookie("sid") != before);
}

#[tokio::test]
async fn other_browsers_and_unknown_methods_choose_nothing() {
    let org = org().await;
    let (alice, mallory) = (Browser::new(&org), Browser::new(&org));
    let page = factor_page(&alice, ALICE).await;
    mallory.authorize(&[]).await;
    assert_eq!(select(&org, &mallory, &page, "email").await.status, 400);
    let answer = select(&org, &alice, &page, "sms").await;
    assert!(follow(&alice, &answer).await.is_sign_in_page());
    let page = alice.authorize(&[]).await;
    let answer = select(&org, &alice, &page, "email").await;
    assert!(follow(&alice, &answer).await.is_sign_in_page() && org.mails().is_empty());
}

#[tokio::test]
async fn whoever_loses_their_sessions_loses_the_mails_too() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (_, mail) = mailed(&org, &browser, ALICE).await;
    crate::accounts::administrator(&org, &format!("{ALICE}/lifecycle/suspend")).await;
    assert_eq!(browser.get(link(&mail)).await.status, 400);
}
