//! "Keep me signed in": a cookie that outlives the browser, for as long as the session does.

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::header::SET_COOKIE;

use super::{NEW, administrator, choose, follow, submit};
use crate::browser::{ALICE, Answer, Browser, PASSWORD, org};

const MONTH: u64 = 30 * 24 * 3600;

async fn sign_in(
    org: &RunningOrg,
    browser: &Browser<'_>,
    keep: bool,
    more: &[(&str, Option<&str>)],
) -> Answer {
    sign_in_with(org, browser, PASSWORD, keep, more).await
}

async fn sign_in_with(
    org: &RunningOrg,
    browser: &Browser<'_>,
    password: &str,
    keep: bool,
    more: &[(&str, Option<&str>)],
) -> Answer {
    let page = browser.authorize(more).await;
    let form = Form::new()
        .with("stateToken", &page.field("stateToken"))
        .with("identifier", ALICE)
        .with("credentials.passcode", password);
    let form = form.with_some("rememberMe", keep.then_some("true"));
    browser.post(&format!("{}/login/verify", org.base_url()), &form).await
}

fn session_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("ASCII"));
    cookies.into_iter().find(|cookie| cookie.starts_with("sid=")).expect("a session").to_owned()
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.authorize(&[("prompt", Some("none"))]).await.returned("code").is_some()
}

#[tokio::test]
async fn who_wants_it_stays_signed_in_for_thirty_days() {
    let org = org().await;
    let (kept, usual) = (Browser::new(&org), Browser::new(&org));
    let answer = sign_in(&org, &kept, true, &[]).await;
    assert!(session_cookie(&answer).contains(&format!("Max-Age={MONTH}")), "{answer:?}");
    assert!(!session_cookie(&sign_in(&org, &usual, false, &[]).await).contains("Max-Age"));
    org.advance_clock(Duration::from_secs(2 * 3600));
    assert_eq!((is_signed_in(&kept).await, is_signed_in(&usual).await), (true, false));
    org.advance_clock(Duration::from_secs(MONTH - 2 * 3600 - 5));
    assert!(is_signed_in(&kept).await);
    org.advance_clock(Duration::from_secs(5));
    assert!(!is_signed_in(&kept).await, "used or not, it ends");
}

#[tokio::test]
async fn the_second_factor_in_between_keeps_the_wish() {
    let org = org().await;
    let browser = Browser::new(&org);
    let answer = sign_in(&org, &browser, true, &[("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
    let page = browser.get(answer.location()).await;
    let code = org.totp_code(ALICE).expect("a code");
    let answer = submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await;
    assert!(session_cookie(&answer).contains("Max-Age="), "{answer:?}");
}

#[tokio::test]
async fn an_expired_password_in_between_keeps_the_wish() {
    let org = org().await;
    for keep in [true, false] {
        administrator(&org, &format!("{ALICE}/lifecycle/expire_password")).await;
        let browser = Browser::new(&org);
        let password = if keep { PASSWORD } else { NEW };
        let answer = sign_in_with(&org, &browser, password, keep, &[]).await;
        let page = follow(&browser, &answer).await;
        let page = follow(&browser, &choose(&org, &browser, &page, "weak").await).await;
        let answer = choose(&org, &browser, &page, if keep { NEW } else { "Garden-2027" }).await;
        assert_eq!(session_cookie(&answer).contains("Max-Age="), keep, "{answer:?}");
    }
}

#[tokio::test]
async fn it_ends_as_any_session_does() {
    let org = org().await;
    let browser = Browser::new(&org);
    sign_in(&org, &browser, true, &[]).await;
    assert_eq!(org.end_sessions_of(ALICE), 1);
    assert!(!is_signed_in(&browser).await);
    sign_in(&org, &browser, true, &[]).await;
    browser.get(&format!("{}/login/signout", org.base_url())).await;
    assert!(browser.cookie("sid").is_none() && !is_signed_in(&browser).await);
}
