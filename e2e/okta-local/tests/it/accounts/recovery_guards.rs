//! What keeps others out: single use, ends, limits, browsers, and answers that are the same for everybody.

use std::time::Duration;

use okta_local::{Endpoint, RunningOrg};
use okta_types::Form;
use tokio::time::Instant;

use super::{NEW, ask_for_mail, choose, click, events, follow, org, signs_in, submit};
use crate::browser::{ALICE, Answer, Browser, PASSWORD};
use crate::management::get;

const NOBODY: &str = "nobody@example.com";

async fn mailed_link(org: &RunningOrg, browser: &Browser<'_>) -> String {
    ask_for_mail(org, browser, "forgot-password", ALICE).await;
    org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link")
}

/// A page without what differs from one time to the next.
fn stable(page: &Answer, name: &str) -> String {
    page.body.replace(&page.field("stateToken"), "TOKEN").replace(name, "NAME")
}

#[tokio::test]
async fn known_and_unknown_names_are_answered_alike() {
    let org = org().await;
    org.suspend("carol@example.com");
    let mut seen = Vec::new();
    for name in [ALICE, NOBODY, "carol@example.com"] {
        let browser = Browser::new(&org);
        for link in ["forgot-password", "unlock"] {
            let mut page = ask_for_mail(&org, &browser, link, name).await;
            let mut pages = vec![stable(&page, name)];
            for _ in 0..4 {
                let answer = submit(&org, &browser, &page, &[("credentials.passcode", "nope")]).await;
                page = follow(&browser, &answer).await;
                pages.push(stable(&page, name));
            }
            let last = submit(&org, &browser, &page, &[("credentials.passcode", "nope")]).await;
            assert!(last.location().starts_with(&format!("{}/v1/authorize?", org.issuer())), "{last:?}");
            seen.push((link, pages));
        }
    }
    for (i, (link, pages)) in seen.iter().enumerate() {
        assert_eq!(pages, &seen[i % 2].1, "{link}");
    }
    assert!(org.mails().iter().all(|mail| mail.login == ALICE) && org.mails().len() == 2);
}

/// Nobody's password is hashed here, so answers take microseconds: what is compared is that none waits for a mail.
#[tokio::test]
async fn nobody_is_answered_sooner() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (mut times, mut pages) = ([Vec::new(), Vec::new()], Vec::new());
    let sign_in = browser.authorize(&[]).await;
    for _ in 0..60 {
        pages.push(click(&org, &browser, &sign_in, "forgot-password").await);
    }
    for (i, page) in pages.iter().enumerate() {
        let begun = Instant::now();
        submit(&org, &browser, page, &[("identifier", [ALICE, NOBODY][i % 2])]).await;
        times[i % 2].push(begun.elapsed());
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (known, unknown) = (median(&mut times[0]), median(&mut times[1]));
    let apart = known.abs_diff(unknown);
    assert!(apart < Duration::from_millis(5), "{known:?} {unknown:?}");
}

#[tokio::test]
async fn a_link_is_good_for_one_password() {
    let org = org().await;
    let browser = Browser::new(&org);
    let link = mailed_link(&org, &browser).await;
    let (first, second) = (browser.get(&link).await, browser.get(&link).await);
    let (first, second) = (follow(&browser, &first).await, follow(&browser, &second).await);
    choose(&org, &browser, &first, NEW).await.code();
    assert_eq!(
        choose(&org, &browser, &second, "Garden-2027").await.status,
        400,
        "the other page came second"
    );
    assert_eq!(browser.get(&link).await.status, 400);
    assert_eq!(events(&org).last(), Some(&"user.account.use_token"));
    let again = choose(&org, &browser, &first, "Garden-2027").await;
    assert!(again.location().starts_with(&format!("{}/v1/authorize?", org.issuer())), "a form is taken once");
    assert!(signs_in(&org, ALICE, NEW).await);
}

/// A link at the wrong address is still good at the right one.
#[tokio::test]
async fn no_link_is_in_the_log() {
    let org = org().await;
    let browser = Browser::new(&org);
    let link = mailed_link(&org, &browser).await;
    let token = link.rsplit('/').next().expect("a token").to_owned();
    for path in ["tokens/TOKEN/verify", "signin/unlock/TOKEN", "signin/register/TOKEN"] {
        let url = format!("{}/{}", org.base_url(), path.replace("TOKEN", &token));
        assert_eq!(browser.get(&url).await.status, 400, "{path}");
    }
    let page = follow(&browser, &browser.get(&link).await).await;
    choose(&org, &browser, &page, NEW).await.code();
    assert_eq!(browser.get(&link).await.status, 400);
    let log = get(&org, "/logs?limit=1000").await.to_string();
    assert!(log.contains("user.account.use_token") && !log.contains(&token), "{log}");
    assert!(!format!("{:?} {:?} {org:?}", org.system_log(), org.mails()).contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_answers_at_once_one_counts() {
    let org = org().await;
    let (one, other) = (Browser::new(&org), Browser::new(&org));
    let link = mailed_link(&org, &one).await;
    let first = follow(&one, &one.get(&link).await).await;
    let second = follow(&other, &other.get(&link).await).await;
    let (a, b) = tokio::join!(choose(&org, &one, &first, NEW), choose(&org, &other, &second, "Garden-2027"));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400]);
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_the_last_one_counts() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (former, last) = (mailed_link(&org, &browser).await, mailed_link(&org, &browser).await);
    assert_eq!(browser.get(&former).await.status, 400);
    org.advance_clock(Duration::from_secs(3595));
    let page = follow(&browser, &browser.get(&last).await).await;
    org.advance_clock(Duration::from_secs(5));
    assert_eq!(browser.get(&last).await.status, 400);
    assert_eq!(
        choose(&org, &browser, &page, NEW).await.status,
        400,
        "a page in time does not prolong the link"
    );
    assert!(signs_in(&org, ALICE, PASSWORD).await);
}

#[tokio::test]
async fn a_sign_in_of_an_hour_ago_is_begun_again_by_the_app() {
    let org = org().await;
    let browser = Browser::new(&org);
    let sign_in = browser.authorize(&[]).await;
    org.advance_clock(Duration::from_secs(3590));
    let page = click(&org, &browser, &sign_in, "forgot-password").await;
    submit(&org, &browser, &page, &[("identifier", ALICE)]).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    org.advance_clock(Duration::from_secs(3590));
    let page = follow(&browser, &browser.get(&link).await).await;
    org.advance_clock(Duration::from_secs(4));
    choose(&org, &browser, &page, NEW).await.code();
    let page = ask_for_mail(&org, &Browser::new(&org), "forgot-password", ALICE).await;
    org.advance_clock(Duration::from_secs(3600));
    assert_eq!(
        browser
            .get(&format!("{}/login/account?stateToken={}", org.base_url(), page.field("stateToken")))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn pages_belong_to_their_browser() {
    let org = org().await;
    let (alice, mallory) = (Browser::new(&org), Browser::new(&org));
    mallory.authorize(&[]).await;
    let sign_in = alice.authorize(&[]).await;
    let stolen =
        format!("{}/signin/forgot-password?stateToken={}", org.base_url(), sign_in.field("stateToken"));
    assert_eq!(mallory.get(&stolen).await.status, 400);
    let page = click(&org, &alice, &sign_in, "forgot-password").await;
    assert_eq!(submit(&org, &mallory, &page, &[("identifier", ALICE)]).await.status, 400);
    let shown = format!("{}/login/account?stateToken={}", org.base_url(), page.field("stateToken"));
    assert_eq!(
        (mallory.get(&shown).await.status.as_u16(), alice.get(&shown).await.status.as_u16()),
        (400, 200)
    );
    let link = mailed_link(&org, &alice).await;
    let page = follow(&alice, &alice.get(&link).await).await;
    assert_eq!(choose(&org, &mallory, &page, NEW).await.status, 400);
    assert_eq!(choose(&org, &alice, &page, NEW).await.status, 303, "what a stranger sent used nothing up");
}

#[tokio::test]
async fn a_page_takes_only_its_own_form() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let form = Form::new()
        .with("stateToken", &page.field("stateToken"))
        .with("credentials.passcode", NEW)
        .with("confirmPassword", NEW);
    let answer = browser.post(&format!("{}/login/new-password", org.base_url()), &form).await;
    assert!(answer.location().starts_with(&format!("{}/v1/authorize?", org.issuer())), "{answer:?}");
    assert!(signs_in(&org, ALICE, PASSWORD).await);
}

#[tokio::test]
async fn five_wrong_codes_end_the_mail_and_its_link_stays() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mut page = ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let mail = org.mail_to(ALICE).await.expect("a mail");
    let code = mail.code.expect("a code");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        page =
            follow(&browser, &submit(&org, &browser, &page, &[("credentials.passcode", wrong)]).await).await;
        assert!(page.body.contains("Invalid code. Try again."), "{page:?}");
    }
    let last = submit(&org, &browser, &page, &[("credentials.passcode", wrong)]).await;
    assert!(last.location().contains("/v1/authorize?"), "the sign-in begins again: {last:?}");
    let late = submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await;
    assert!(late.location().contains("/v1/authorize?"), "{late:?}");
    assert_eq!(browser.get(&mail.link.expect("a link")).await.status, 303);
}

#[tokio::test]
async fn a_name_gets_ten_mails_an_hour_and_nobody_is_told() {
    let org = org().await;
    let browser = Browser::new(&org);
    for _ in 0..12 {
        ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    }
    assert_eq!(org.mails().len(), 10);
    org.advance_clock(Duration::from_secs(3600));
    ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    assert_eq!(org.mails().len(), 11);
}

#[tokio::test]
async fn the_forms_have_the_rate_limit_of_the_sign_in() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = click(&org, &browser, &browser.authorize(&[]).await, "forgot-password").await;
    org.set_rate_limit(Endpoint::SignIn, 0);
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("identifier", ALICE);
    for path in ["recover", "code", "new-password", "confirm", "sign-up"] {
        let refused = browser.post(&format!("{}/login/{path}", org.base_url()), &form).await;
        assert_eq!(refused.status, 429, "{path}");
    }
    assert!(org.mails().is_empty());
}

#[tokio::test]
async fn whom_only_an_administrator_can_help_gets_no_mail() {
    let org = org().await;
    org.suspend(ALICE);
    org.federate("bob@example.com");
    for login in [ALICE, "bob@example.com"] {
        ask_for_mail(&org, &Browser::new(&org), "forgot-password", login).await;
    }
    assert!(org.mails().is_empty());
    org.unsuspend(ALICE);
    let browser = Browser::new(&org);
    let link = mailed_link(&org, &browser).await;
    let page = follow(&browser, &browser.get(&link).await).await;
    org.suspend(ALICE);
    assert_eq!(choose(&org, &browser, &page, NEW).await.status, 400, "suspended in between");
}
