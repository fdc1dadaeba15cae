//! `prompt=consent`, apps that need consent, and the page that asks.

use okta_local::{App, RunningOrg};
use okta_types::Form;

use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder, org};

async fn careful() -> RunningOrg {
    let app = App::spa("Careful").redirect_uri(CALLBACK).consent_required();
    builder().app(app).start().await.expect("an org on any port starts")
}

fn is_consent_page(page: &Answer) -> bool {
    page.status == 200 && page.body.contains("id=\"okta-consent\"")
}

async fn page_after_password(browser: &Browser<'_>, change: &[(&str, Option<&str>)]) -> Answer {
    let page = browser.authorize(change).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    browser.get(answer.location()).await
}

async fn decide(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, decision: &str) -> Answer {
    assert!(is_consent_page(page), "{page:?}");
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("consent", decision);
    browser.post(&format!("{}/login/consent", org.base_url()), &form).await
}

#[tokio::test]
async fn an_app_that_needs_consent_asks_once_for_each_scope() {
    let org = careful().await;
    let browser = Browser::new(&org);
    let some = ("scope", Some("openid orders:read"));
    let page = page_after_password(&browser, &[some]).await;
    assert!(page.body.contains("data-scope=\"orders:read\"") && !page.body.contains("data-scope=\"openid\""));
    assert!(!page.body.contains("<script") && page.header("x-frame-options") == Some("DENY"));
    let answer = decide(&org, &browser, &page, "allow").await;
    assert_eq!(answer.status, 303);
    answer.code();
    browser.authorize(&[some]).await.code();
    let more = browser.authorize(&[("scope", Some("openid orders:read orders:write"))]).await;
    assert!(
        more.body.contains("data-scope=\"orders:write\"")
            && !more.body.contains("data-scope=\"orders:read\"")
    );
}

#[tokio::test]
async fn a_trusted_app_asks_only_when_told_to() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    for _ in 0..2 {
        let page = browser.authorize(&[("prompt", Some("consent"))]).await;
        assert!(page.body.contains("data-scope=\"openid\""), "{page:?}");
        decide(&org, &browser, &page, "allow").await.code();
    }
    let both = browser.authorize(&[("prompt", Some("login consent"))]).await;
    let answer = browser.sign_in(&both, ALICE, PASSWORD).await;
    assert!(is_consent_page(&browser.get(answer.location()).await));
}

#[tokio::test]
async fn who_does_not_allow_it_is_sent_back_with_a_refusal() {
    let org = careful().await;
    let browser = Browser::new(&org);
    let asking = [("scope", Some("openid orders:read"))];
    let page = page_after_password(&browser, &asking).await;
    let answer = decide(&org, &browser, &page, "deny").await;
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
    let description = "The resource owner or authorization server denied the request.";
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
    assert!(is_consent_page(&browser.authorize(&asking).await), "and is asked again next time");
}

#[tokio::test]
async fn without_a_prompt_there_is_no_page() {
    let org = careful().await;
    let browser = Browser::new(&org);
    let asking = ("scope", Some("openid profile orders:read offline_access orders:write"));
    page_after_password(&browser, &[asking]).await;
    let answer = browser.authorize(&[asking, ("prompt", Some("none"))]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("consent_required"));
    let description = "The following scopes require user consent: [orders:read, orders:write].";
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
}
