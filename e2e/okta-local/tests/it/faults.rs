//! Answers that fail, come late, get lost or break off.

use std::time::Duration;

use okta_local::{Endpoint, Fault, RunningOrg};
use okta_types::Form;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::browser::{Answer, ORIGIN, http, org, refresh, text, tokens};

/// A renewal whose answer may not come.
async fn renew(org: &RunningOrg, token: &str) -> Result<String, reqwest::Error> {
    let form = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
    let request = http().post(format!("{}/v1/token", org.issuer()));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(form.with("refresh_token", token).as_str().to_owned()).send().await?.text().await
}

#[tokio::test]
async fn the_next_answers_fail_and_nothing_is_done() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    org.inject(Endpoint::Token, Fault::Fail(503), 2);
    for _ in 0..2 {
        let answer = crate::browser::post(&org, "token", &Form::new(), &[("Origin", ORIGIN)]).await;
        assert_eq!((answer.status.as_u16(), answer.error().0.as_str()), (503, "server_error"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN), "the app can read why");
    }
    assert_eq!(org.requests(Endpoint::Token), 3);
    assert_eq!(refresh(&org, &token, &[]).await.status, 200);
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_and_the_grace_time_helps() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    org.inject(Endpoint::Token, Fault::Drop, 1);
    let lost = renew(&org, &token).await.unwrap_err();
    assert!(lost.is_request() && lost.status().is_none(), "no status ever came: {lost:?}");
    assert_eq!(renew(&org, &token).await.map(|body| body.contains("access_token")).ok(), Some(true));
    org.set_refresh_grace(Duration::ZERO);
    assert!(renew(&org, &token).await.unwrap().contains("invalid_grant"), "it was used");
}

#[tokio::test]
async fn a_broken_off_answer_has_its_head_and_half_its_body() {
    let org = org().await;
    org.inject(Endpoint::Keys, Fault::CutShort, 1);
    let url = format!("{}/v1/keys", org.issuer());
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err(), "the body ends too early");
    assert_eq!(Answer::to(http().get(&url)).await.json()["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_comes_late() {
    let org = org().await;
    org.inject(Endpoint::Keys, Fault::Delay(Duration::from_millis(300)), 1);
    let request = http().get(format!("{}/v1/keys", org.issuer()));
    let early = request.try_clone().unwrap().timeout(Duration::from_millis(100)).send().await;
    assert!(early.unwrap_err().is_timeout());
    assert_eq!(Answer::to(request).await.status, 200, "only the one answer is late");
}

#[tokio::test]
async fn faults_queue_up_and_are_forgotten_on_order() {
    let org = org().await;
    let status = async || Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await.status.as_u16();
    org.inject(Endpoint::Keys, Fault::Fail(500), 1);
    org.inject(Endpoint::Keys, Fault::Fail(429), 5);
    assert_eq!((status().await, status().await), (500, 429));
    org.clear_faults();
    assert_eq!(status().await, 200);
}

#[tokio::test]
async fn a_limit_is_told_on_each_answer_and_refuses_beyond() {
    let org = org().await;
    org.set_rate_limit(Endpoint::UserInfo, 2);
    let ask = async || Answer::to(http().get(format!("{}/v1/userinfo", org.issuer()))).await;
    for left in ["1", "0"] {
        let answer = ask().await;
        assert_eq!((answer.status.as_u16(), answer.header("x-rate-limit-remaining")), (401, Some(left)));
        assert_eq!(answer.header("x-rate-limit-limit"), Some("2"));
    }
    let refused = ask().await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (429, &json!("E0000047")));
    let summary = "You exceeded the maximum number of requests. Try again in a while.";
    assert_eq!(refused.json()["errorSummary"], summary);
    let reset: i64 = refused.header("x-rate-limit-reset").unwrap().parse().unwrap();
    let wait = reset - org.now().0;
    assert!((1..=60).contains(&wait), "{wait}");
    org.advance_clock(Duration::from_secs(60));
    assert_eq!(ask().await.status, 401);
    assert_eq!(
        Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await.header("x-rate-limit-limit"),
        None
    );
}

#[tokio::test]
async fn one_person_may_renew_so_often_a_second() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    org.set_token_rate_limit_per_person(Some(0));
    let refused = refresh(&org, &token, &[]).await;
    let description = "API call exceeded rate limit due to too many requests.";
    assert_eq!(
        (refused.status.as_u16(), refused.error()),
        (429, ("invalid_grant".into(), description.into()))
    );
    org.set_token_rate_limit_per_person(None);
    assert_eq!(refresh(&org, &token, &[]).await.status, 200, "nothing was used up");
}
