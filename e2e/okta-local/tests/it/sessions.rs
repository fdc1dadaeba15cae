//! `/api/v1/sessions/me`.

use std::time::Duration;

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::json;

use crate::browser::{ALICE, Answer, Browser, ORIGIN, http, org};

async fn call(org: &RunningOrg, browser: &Browser<'_>, method: Method, path: &str, origin: &str) -> Answer {
    let url = format!("{}/api/v1/sessions/me{path}", org.base_url());
    let request = http().request(method, url).header("Origin", origin);
    let sid = browser.cookie("sid").unwrap_or_default();
    Answer::to(request.header("Cookie", format!("sid={sid}"))).await
}

#[tokio::test]
async fn a_trusted_page_reads_prolongs_and_ends_the_session() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let answer = call(&org, &browser, Method::GET, "", ORIGIN).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    let session = answer.json();
    assert_eq!((&session["login"], &session["status"]), (&json!(ALICE), &json!("ACTIVE")));
    assert_eq!((&session["amr"], &session["mfaActive"]), (&json!(["pwd"]), &json!(true)));
    assert!(session["userId"].as_str().unwrap().starts_with("00u"));
    assert_eq!(session["_links"]["self"]["href"], format!("{}/api/v1/sessions/me", org.base_url()));
    assert!(!answer.body.contains(&browser.cookie("sid").unwrap()), "the cookie's value is not told");
    org.advance_clock(Duration::from_secs(90 * 60));
    let prolonged = call(&org, &browser, Method::POST, "/lifecycle/refresh", ORIGIN).await.json();
    assert!(prolonged["expiresAt"].as_str() > session["expiresAt"].as_str());
    org.advance_clock(Duration::from_secs(90 * 60));
    assert_eq!(call(&org, &browser, Method::DELETE, "", ORIGIN).await.status, 204);
    let gone = call(&org, &browser, Method::GET, "", ORIGIN).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["errorCode"]), (404, &json!("E0000007")));
    assert_eq!(gone.json()["errorSummary"], "Not found: Resource not found: me (Session)");
    assert!(browser.authorize(&[]).await.is_sign_in_page());
}

#[tokio::test]
async fn a_page_that_is_not_trusted_neither_reads_nor_ends_it() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    for method in [Method::GET, Method::DELETE] {
        let answer = call(&org, &browser, method, "", "http://evil.example").await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (403, None));
    }
    let preflight = call(&org, &browser, Method::OPTIONS, "", "http://evil.example").await;
    assert_eq!(preflight.header("access-control-allow-methods"), None);
    assert_eq!(call(&org, &browser, Method::GET, "", ORIGIN).await.status, 200);
}
