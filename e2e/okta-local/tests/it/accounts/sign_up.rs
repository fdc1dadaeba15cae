//! "Sign up", where the app allows it: the address is confirmed, and the sign-in goes on.

use std::time::Duration;

use okta_local::{App, Org, RunningOrg, Seeds};
use reqwest::StatusCode;
use serde_json::json;

use super::{INITIATE, NEW, click, events, follow, signs_in, submit};
use crate::browser::{ALICE, Answer, Browser, CALLBACK, builder, parts, redeem, text};
use crate::management::get;

const IVY: &str = "ivy@example.com";

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK).initiate_login_uri(INITIATE).sign_up();
    builder().app(grove).start().await.expect("an org on any port starts")
}

async fn page(org: &RunningOrg, browser: &Browser<'_>) -> Answer {
    click(org, browser, &browser.authorize(&[]).await, "register").await
}

async fn fill_in(
    org: &RunningOrg,
    browser: &Browser<'_>,
    page: &Answer,
    email: &str,
    password: &str,
) -> Answer {
    let fields = [
        ("userProfile.firstName", "Ivy"),
        ("userProfile.lastName", "Climber"),
        ("userProfile.email", email),
        ("credentials.passcode", password),
    ];
    follow(browser, &submit(org, browser, page, &fields).await).await
}

async fn begin(org: &RunningOrg, browser: &Browser<'_>, email: &str) -> Answer {
    let page = fill_in(org, browser, &page(org, browser).await, email, NEW).await;
    assert!(page.body.contains("id=\"okta-mail-code\""), "{page:?}");
    page
}

async fn exists(org: &RunningOrg, login: &str) -> bool {
    get(org, &format!("/users/{login}")).await["id"].is_string()
}

#[tokio::test]
async fn the_code_of_the_mail_makes_the_account_and_goes_on_with_the_sign_in() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = begin(&org, &browser, IVY).await;
    assert!(!exists(&org, IVY).await, "not before the address is confirmed");
    let mail = org.mail_to(IVY).await.expect("a mail");
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (IVY, "Activate Account"));
    let code = mail.code.expect("a code");
    let back = submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await;
    assert_eq!(back.returned("state").as_deref(), Some("the state"));
    let tokens = redeem(&org, &back.code(), &[]).await.json();
    let claims = parts(text(&tokens, "id_token")).1;
    assert_eq!((&claims["email"], &claims["name"]), (&json!(IVY), &json!("Ivy Climber")));
    let user = get(&org, &format!("/users/{IVY}")).await;
    assert_eq!((&user["status"], &user["profile"]["firstName"]), (&json!("ACTIVE"), &json!("Ivy")));
    let groups = get(&org, &format!("/users/{}/groups", text(&user, "id"))).await;
    assert_eq!(groups[0]["profile"]["name"], "Everyone");
    assert!(signs_in(&org, IVY, NEW).await);
    let told = ["user.lifecycle.create", "user.lifecycle.activate", "application.user_membership.add"];
    assert_eq!(events(&org)[..3], told);
}

#[tokio::test]
async fn the_link_does_so_in_the_browser_where_it_began_and_in_no_other() {
    let org = org().await;
    let (browser, stranger) = (Browser::new(&org), Browser::new(&org));
    begin(&org, &browser, IVY).await;
    let link = org.mail_to(IVY).await.and_then(|mail| mail.link).expect("a link");
    for _ in 0..2 {
        let elsewhere = stranger.get(&link).await;
        assert!(
            elsewhere.status == StatusCode::OK && elsewhere.body.contains("id=\"elsewhere\""),
            "{elsewhere:?}"
        );
        stranger.authorize(&[]).await;
    }
    let page = follow(&browser, &browser.get(&link).await).await;
    assert!(!exists(&org, IVY).await, "looking at a link does nothing");
    submit(&org, &browser, &page, &[]).await.code();
    assert!(exists(&org, IVY).await);
    assert_eq!(browser.get(&link).await.status, 400, "it is good once");
}

#[tokio::test]
async fn a_sign_up_ends_after_an_hour_and_the_last_one_counts() {
    let org = org().await;
    let browser = Browser::new(&org);
    let former = begin(&org, &browser, IVY).await;
    let code = org.mail_to(IVY).await.and_then(|mail| mail.code).expect("a code");
    begin(&org, &browser, IVY).await;
    let refused = submit(&org, &browser, &former, &[("credentials.passcode", &code)]).await;
    assert_eq!(refused.returned("code"), None, "{refused:?}");
    let link = org.mail_to(IVY).await.and_then(|mail| mail.link).expect("a link");
    org.advance_clock(Duration::from_secs(3595));
    let page = follow(&browser, &browser.get(&link).await).await;
    org.advance_clock(Duration::from_secs(5));
    assert_eq!(browser.get(&link).await.status, 400);
    assert_eq!(submit(&org, &browser, &page, &[]).await.status, 400);
    assert!(!exists(&org, IVY).await);
}

#[tokio::test]
async fn an_address_that_has_an_account_is_answered_alike_and_told_by_mail() {
    let org = org().await;
    let shown = async |email: &str| {
        let browser = Browser::new(&org);
        let page = begin(&org, &browser, email).await;
        let wrong =
            follow(&browser, &submit(&org, &browser, &page, &[("credentials.passcode", "nope")]).await).await;
        [page, wrong].map(|page| page.body.replace(&page.field("stateToken"), "TOKEN").replace(email, "NAME"))
    };
    assert_eq!(shown(ALICE).await, shown(IVY).await);
    let mail = org.mail_to(ALICE).await.expect("a mail");
    assert_eq!(mail.subject, "You already have an account");
    assert!(mail.link.is_none() && mail.code.is_none());
    assert!(signs_in(&org, ALICE, crate::browser::PASSWORD).await, "nothing of hers has changed");
}

#[tokio::test]
async fn of_two_sign_ups_for_one_address_one_becomes_an_account() {
    let org = org().await;
    let (one, other) = (Browser::new(&org), Browser::new(&org));
    let first = begin(&org, &one, IVY).await;
    let code = org.mail_to(IVY).await.and_then(|mail| mail.code).expect("a code");
    submit(&org, &one, &first, &[("credentials.passcode", &code)]).await.code();
    begin(&org, &other, IVY).await;
    assert_eq!(org.mail_to(IVY).await.expect("a mail").subject, "You already have an account");
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field_and_what_is_right_is_kept() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = page(&org, &browser).await;
    let fields = [
        ("userProfile.firstName", "Ivy"),
        ("userProfile.lastName", " "),
        ("userProfile.email", "ivy"),
        ("credentials.passcode", "ivy"),
    ];
    let page = follow(&browser, &submit(&org, &browser, &page, &fields).await).await;
    for id in ["last-name-error", "email-error", "password-error"] {
        assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}: {page:?}");
    }
    assert!(!page.body.contains("id=\"first-name-error\"") && page.field("userProfile.firstName") == "Ivy");
    assert!(!page.body.contains("last 5 passwords") && org.mails().is_empty());
    fill_in(&org, &browser, &page, IVY, NEW).await;
    assert_eq!(org.mails().len(), 1);
}

#[tokio::test]
async fn only_an_app_that_allows_it_has_it() {
    let org = super::org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    assert!(!page.body.contains("Sign up"));
    let url = format!("{}/signin/register?stateToken={}", org.base_url(), page.field("stateToken"));
    assert_eq!(browser.get(&url).await.status, 400);
}

#[tokio::test]
async fn a_seed_allows_it() {
    let app = |more: &str| format!("[[apps]]\nlabel = \"Garden\"\nredirect_uris = [\"{CALLBACK}\"]\n{more}");
    let seeds = Seeds::parse(&app("sign_up = true")).expect("no mistakes");
    let org = Org::builder().seeds(seeds).start().await.expect("an org on any port starts");
    assert!(Browser::new(&org).authorize(&[]).await.body.contains("Sign up"));
    let mistake =
        Seeds::parse("[[apps]]\nlabel = \"A\"\ntype = \"service\"\nsign_up = true").expect_err("a mistake");
    assert!(mistake.to_string().contains("nobody signs up for a service"), "{mistake}");
}
