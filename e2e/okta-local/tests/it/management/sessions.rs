//! Sessions that are opened with a session token, and by their ids.

use std::time::Duration;

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Answer, Browser, PASSWORD, http, org, text};

async fn session_token(org: &RunningOrg) -> String {
    let url = format!("{}/api/v1/authn", org.base_url());
    let request = http().post(url).json(&json!({"username": ALICE, "password": PASSWORD}));
    text(&Answer::to(request).await.json(), "sessionToken").to_owned()
}

#[tokio::test]
async fn a_session_is_opened_read_refreshed_and_closed() {
    let org = org().await;
    let token = session_token(&org).await;
    let body = json!({ "sessionToken": token });
    let opened = call(&org, Method::POST, "/sessions", &body).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    let session = opened.json();
    let mut names: Vec<_> = session.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "_links",
        "amr",
        "createdAt",
        "expiresAt",
        "id",
        "idp",
        "lastFactorVerification",
        "lastPasswordVerification",
        "login",
        "mfaActive",
        "status",
        "userId",
    ];
    assert_eq!(names, expected);
    let id = text(&session, "id");
    assert!(id.starts_with("102") && id.len() == 25, "{id}");
    let d = format!("{}/api/v1", org.base_url());
    let name = "Alice Shopper";
    assert_eq!(
        session["_links"]["user"],
        json!({"name": name, "href": format!("{d}/users/me"), "hints": {"allow": ["GET"]}})
    );
    let path = format!("/sessions/{id}");
    let read = get(&org, &path).await;
    let expected = json!({
        "self": {"href": format!("{d}{path}"), "hints": {"allow": ["GET", "DELETE"]}},
        "refresh": {"href": format!("{d}{path}/lifecycle/refresh"), "hints": {"allow": ["POST"]}},
        "user": {"name": name, "href": format!("{d}/users/{}", text(&session, "userId")), "hints": {"allow": ["GET"]}},
    });
    assert_eq!((&read["id"], &read["_links"]), (&session["id"], &expected));
    org.advance_clock(Duration::from_secs(3600));
    let refreshed = call(&org, Method::POST, &format!("{path}/lifecycle/refresh"), &Value::Null).await;
    assert_eq!(refreshed.status, 200);
    assert!(refreshed.json()["expiresAt"].as_str() > session["expiresAt"].as_str());
    org.advance_clock(Duration::from_secs(5400));
    assert_eq!(get(&org, &path).await["id"], session["id"], "it was prolonged");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/lifecycle/refresh")),
    ] {
        let gone = call(&org, method, &path, &Value::Null).await;
        let summary = format!("Not found: Resource not found: {id} (AppSession)");
        assert_eq!((gone.status.as_u16(), &gone.json()["errorSummary"]), (404, &json!(summary)));
    }
}

#[tokio::test]
async fn a_session_token_is_good_once_and_a_wrong_one_never() {
    let org = org().await;
    let body = json!({"sessionToken": session_token(&org).await});
    assert_eq!(call(&org, Method::POST, "/sessions", &body).await.status, 200);
    for body in [&body, &json!({"sessionToken": "nope"}), &json!({})] {
        let refused = call(&org, Method::POST, "/sessions", body).await;
        let error = refused.json();
        assert_eq!((refused.status.as_u16(), text(&error, "errorCode")), (401, "E0000004"), "{body}");
    }
    let torn = call(&org, Method::POST, "/sessions", &json!([])).await;
    assert_eq!((torn.status.as_u16(), &torn.json()["errorCode"]), (400, &json!("E0000003")));
    let listed = call(&org, Method::GET, "/sessions", &Value::Null).await;
    assert_eq!((listed.status.as_u16(), &listed.json()["errorCode"]), (405, &json!("E0000022")));
}

#[tokio::test]
async fn a_browsers_session_is_known_by_its_id_too() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let cookie = format!("sid={}", browser.cookie("sid").unwrap());
    let url = format!("{}/api/v1/sessions/me", org.base_url());
    let me = Answer::to(http().get(url).header("Cookie", cookie)).await.json();
    let path = format!("/sessions/{}", text(&me, "id"));
    assert_eq!(get(&org, &path).await["createdAt"], me["createdAt"]);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
}
