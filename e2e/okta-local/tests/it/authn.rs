//! The Authentication API: a password for a session token, which opens a session once.

use okta_local::RunningOrg;
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, ORIGIN, PASSWORD, http, org, text};

async fn post(org: &RunningOrg, path: &str, body: &Value) -> Answer {
    Answer::to(http().post(format!("{}/api/v1/authn{path}", org.base_url())).json(body)).await
}

async fn sign_in(org: &RunningOrg, login: &str, password: &str) -> Answer {
    post(
        org,
        "",
        &json!({"username": login, "password": password, "options": {"warnBeforePasswordExpired": true}}),
    )
    .await
}

async fn session_token(org: &RunningOrg) -> String {
    text(&sign_in(org, ALICE, PASSWORD).await.json(), "sessionToken").to_owned()
}

fn failed(answer: &Answer) {
    let error = answer.json();
    assert_eq!(
        (answer.status.as_u16(), text(&error, "errorCode"), text(&error, "errorSummary")),
        (401, "E0000004", "Authentication failed")
    );
}

#[tokio::test]
async fn a_password_is_answered_with_a_session_token_and_the_person() {
    let org = org().await;
    let answer = sign_in(&org, ALICE, PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let mut names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["_embedded", "_links", "expiresAt", "sessionToken", "status"]);
    assert_eq!(body["status"], "SUCCESS");
    let user = &body["_embedded"]["user"];
    assert_eq!((text(user, "id").get(..3), &user["profile"]["login"]), (Some("00u"), &json!(ALICE)));
    assert_eq!((&user["profile"]["locale"], &user["profile"]["firstName"]), (&json!("en"), &json!("Alice")));
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"));
}

#[tokio::test]
async fn a_session_token_signs_a_browser_in_once() {
    let org = org().await;
    let token = session_token(&org).await;
    let browser = Browser::new(&org);
    let by_token = [("sessionToken", Some(token.as_str())), ("prompt", Some("none"))];
    browser.authorize(&by_token).await.code();
    browser.authorize(&[("prompt", Some("none"))]).await.code();
    let other = Browser::new(&org);
    let refused = other.authorize(&by_token).await;
    assert_eq!(refused.returned("error").as_deref(), Some("login_required"), "it is used up");
    assert!(other.authorize(&[("sessionToken", Some("nope"))]).await.is_sign_in_page());
}

#[tokio::test]
async fn an_app_asks_for_the_second_factor_all_the_same() {
    let org = org().await;
    let token = session_token(&org).await;
    let browser = Browser::new(&org);
    let asked = [("sessionToken", Some(token.as_str())), ("acr_values", Some("urn:okta:loa:2fa:any"))];
    let page = browser.authorize(&asked).await;
    assert!(!page.is_sign_in_page() && page.status == 200 && browser.cookie("sid").is_none(), "{page:?}");
}

#[tokio::test]
async fn a_token_ends_after_five_minutes() {
    let org = org().await;
    let token = session_token(&org).await;
    org.advance_clock(std::time::Duration::from_secs(300));
    assert!(Browser::new(&org).authorize(&[("sessionToken", Some(&token))]).await.is_sign_in_page());
}

#[tokio::test]
async fn whoever_cannot_sign_in_is_not_told_why() {
    let org = org().await;
    failed(&sign_in(&org, ALICE, "wrong").await);
    failed(&sign_in(&org, "nobody@example.com", PASSWORD).await);
    org.suspend(ALICE);
    failed(&sign_in(&org, ALICE, PASSWORD).await);
    org.unsuspend(ALICE);
    for _ in 0..9 {
        failed(&sign_in(&org, ALICE, "wrong").await);
    }
    assert!(org.is_locked_out(ALICE));
    failed(&sign_in(&org, ALICE, PASSWORD).await);
}

#[tokio::test]
async fn an_expired_password_is_changed_first() {
    let org = org().await;
    let url = format!("{}/api/v1/users/{ALICE}/lifecycle/expire_password", org.base_url());
    let token = format!("SSWS {}", org.api_token().expose());
    Answer::to(http().post(url).header("Authorization", token)).await;
    let expired = sign_in(&org, ALICE, PASSWORD).await.json();
    assert_eq!((text(&expired, "status"), &expired["sessionToken"]), ("PASSWORD_EXPIRED", &Value::Null));
    assert_eq!(expired["_links"]["next"]["name"], "changePassword");
    let change = |old: &str, new: &str| json!({"stateToken": expired["stateToken"], "oldPassword": old, "newPassword": new});
    for (old, new) in [("wrong", "Garden-2026"), (PASSWORD, "weak")] {
        let refused = post(&org, "/credentials/change_password", &change(old, new)).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("E0000014")));
    }
    let changed = post(&org, "/credentials/change_password", &change(PASSWORD, "Garden-2026")).await.json();
    let browser = Browser::new(&org);
    browser.authorize(&[("sessionToken", Some(text(&changed, "sessionToken")))]).await.code();
    let again = post(&org, "/credentials/change_password", &change("Garden-2026", "Garden-2027")).await;
    assert_eq!((again.status.as_u16(), &again.json()["errorCode"]), (401, &json!("E0000011")));
}

#[tokio::test]
async fn what_is_no_request_is_told() {
    let org = org().await;
    let error = post(&org, "", &json!({"username": ALICE})).await.json();
    assert_eq!(error["errorSummary"], "Api validation failed: authRequest");
    let list = post(&org, "", &json!([ALICE, PASSWORD])).await;
    assert_eq!((list.status.as_u16(), &list.json()["errorCode"]), (400, &json!("E0000003")));
    let url = format!("{}/api/v1/authn", org.base_url());
    let form = Answer::to(http().post(&url).form(&[("username", ALICE), ("password", PASSWORD)])).await;
    assert_eq!(form.json()["errorCode"], "E0000021");
    let page =
        http().post(&url).header("Origin", ORIGIN).json(&json!({"username": ALICE, "password": PASSWORD}));
    assert_eq!(Answer::to(page).await.header("access-control-allow-origin"), Some(ORIGIN));
}
