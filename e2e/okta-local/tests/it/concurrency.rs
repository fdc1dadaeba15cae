//! Many requests at once for one code or one refresh token.

use std::collections::HashSet;
use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::browser::{ALICE, Browser, CALLBACK, http, introspect, org, refresh, text, tokens, verifier};

/// Posts one form to `/token` so many times at once.
async fn at_once(org: &RunningOrg, times: usize, form: &Form) -> Vec<(u16, Value)> {
    let (url, http) = (format!("{}/v1/token", org.issuer()), http());
    let attempts: Vec<_> = (0..times)
        .map(|_| {
            let request = http.post(&url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = request.body(form.as_str().to_owned());
            tokio::spawn(async move {
                let response = request.send().await.expect("the org answers");
                (response.status().as_u16(), response.json().await.expect("JSON"))
            })
        })
        .collect();
    let mut answers = Vec::new();
    for attempt in attempts {
        answers.push(attempt.await.expect("no panic"));
    }
    answers
}

fn renewal(org: &RunningOrg, token: &str) -> Form {
    let form = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
    form.with("refresh_token", token)
}

fn successes(answers: &[(u16, Value)]) -> Vec<&Value> {
    answers.iter().filter(|(status, _)| *status == 200).map(|(_, body)| body).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_redemptions_of_one_code_one_succeeds() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let form = Form::new()
        .with("grant_type", "authorization_code")
        .with("client_id", org.client_id())
        .with("redirect_uri", CALLBACK)
        .with("code", &code)
        .with("code_verifier", verifier().expose());
    let answers = at_once(&org, 1000, &form).await;
    let won = successes(&answers);
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|(status, body)| *status == 200 || body["error"] == "invalid_grant"));
    // The other attempts were replays: what the one got is dead by now.
    assert_eq!(introspect(&org, text(won[0], "access_token")).await["active"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_renewals_within_the_grace_time_all_succeed() {
    let org = org().await;
    let first = text(&tokens(&org).await, "refresh_token").to_owned();
    let answers = at_once(&org, 100, &renewal(&org, &first)).await;
    let won = successes(&answers);
    assert_eq!(won.len(), 100);
    let next: HashSet<_> = won.iter().map(|body| text(body, "refresh_token")).collect();
    assert_eq!(next.len(), 100);
    for token in next.iter().take(5) {
        assert_eq!(refresh(&org, token, &[]).await.status, 200);
    }
    // Once the grace time is over its next use ends all of them.
    org.advance_clock(Duration::from_secs(31));
    assert_eq!(refresh(&org, &first, &[]).await.status, 400);
    for token in next.iter().skip(5).take(5) {
        assert_eq!(refresh(&org, token, &[]).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_renewals_without_grace_one_succeeds_and_the_family_is_dead() {
    let org = org().await;
    org.set_refresh_grace(Duration::ZERO);
    let first = text(&tokens(&org).await, "refresh_token").to_owned();
    let answers = at_once(&org, 100, &renewal(&org, &first)).await;
    let won = successes(&answers);
    assert_eq!(won.len(), 1);
    assert_eq!(refresh(&org, text(won[0], "refresh_token"), &[]).await.status, 400);
    assert_eq!(introspect(&org, text(won[0], "access_token")).await["active"], false);
    let log = org.system_log();
    let alarms = log.iter().filter(|event| event.event_type == "app.oauth2.as.token.detect_reuse").count();
    assert_eq!(alarms, 1, "a dead family raises no second alarm");
}
