//! Many requests at once for one code or one refresh token.

use std::collections::HashSet;
use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::browser::{ALICE, Browser, http, introspect, org, parts, redemption, refresh, text, tokens};

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

/// All that were refused have the one reason.
#[track_caller]
fn others_are_refused(answers: &[(u16, Value)], description: &str) {
    for (status, body) in answers.iter().filter(|(status, _)| *status != 200) {
        assert_eq!((*status, text(body, "error")), (400, "invalid_grant"));
        assert_eq!(text(body, "error_description"), description);
    }
}

/// The name of the family that an access token belongs to.
fn family(tokens: &Value) -> String {
    let jti = text(&parts(text(tokens, "access_token")).1, "jti").to_owned();
    jti.rsplit_once('.').expect("a family").1.to_owned()
}

fn alarms(org: &RunningOrg) -> usize {
    org.system_log().iter().filter(|event| event.event_type == "app.oauth2.as.token.detect_reuse").count()
}

const BAD_CODE: &str = "The authorization code is invalid or has expired.";
const BAD_TOKEN: &str = "The refresh token is invalid or expired.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_redemptions_of_one_code_one_succeeds() {
    let org = org().await;
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let answers = at_once(&org, 1000, &redemption(&org, &code, &[])).await;
    let won = successes(&answers);
    assert_eq!((won.len(), answers.len()), (1, 1000));
    others_are_refused(&answers, BAD_CODE);
    // The other attempts were replays: what the one got is dead by now.
    assert_eq!(introspect(&org, text(won[0], "access_token")).await["active"], false);
    assert_eq!(refresh(&org, text(won[0], "refresh_token"), &[]).await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_renewals_within_the_grace_time_all_succeed_and_stay_one_family() {
    let org = org().await;
    let first = tokens(&org).await;
    let used = text(&first, "refresh_token");
    let answers = at_once(&org, 100, &renewal(&org, used)).await;
    let won = successes(&answers);
    assert_eq!(won.len(), 100);
    let next: HashSet<_> = won.iter().map(|body| text(body, "refresh_token")).collect();
    assert_eq!(next.len(), 100);
    assert!(won.iter().all(|body| family(body) == family(&first)));
    for body in won.iter().take(5) {
        assert_eq!(introspect(&org, text(body, "access_token")).await["active"], true);
        assert_eq!(refresh(&org, text(body, "refresh_token"), &[]).await.status, 200);
    }
    assert_eq!(alarms(&org), 0);
    // Being one family, they end together: by the next use once the grace time is over.
    org.advance_clock(Duration::from_secs(31));
    assert_eq!(refresh(&org, used, &[]).await.status, 400);
    for body in won.iter().skip(5).take(5) {
        assert_eq!(introspect(&org, text(body, "access_token")).await["active"], false);
        assert_eq!(refresh(&org, text(body, "refresh_token"), &[]).await.status, 400);
    }
    assert_eq!(alarms(&org), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_renewals_after_the_grace_time_all_fail_and_raise_one_alarm() {
    let org = org().await;
    let first = tokens(&org).await;
    let used = text(&first, "refresh_token");
    let second = refresh(&org, used, &[]).await.json();
    org.advance_clock(Duration::from_secs(30));
    let answers = at_once(&org, 100, &renewal(&org, used)).await;
    assert!(successes(&answers).is_empty());
    others_are_refused(&answers, BAD_TOKEN);
    for dead in [&first, &second] {
        assert_eq!(introspect(&org, text(dead, "access_token")).await["active"], false);
    }
    assert_eq!(refresh(&org, text(&second, "refresh_token"), &[]).await.status, 400);
    assert_eq!(alarms(&org), 1, "a dead family raises no second alarm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_renewals_without_grace_one_succeeds_and_the_family_is_dead() {
    let org = org().await;
    org.set_refresh_grace(Duration::ZERO);
    let first = tokens(&org).await;
    let answers = at_once(&org, 100, &renewal(&org, text(&first, "refresh_token"))).await;
    let won = successes(&answers);
    assert_eq!(won.len(), 1);
    others_are_refused(&answers, BAD_TOKEN);
    assert_eq!(refresh(&org, text(won[0], "refresh_token"), &[]).await.status, 400);
    for dead in [&first, won[0]] {
        assert_eq!(introspect(&org, text(dead, "access_token")).await["active"], false);
    }
    assert_eq!(alarms(&org), 1);
}

/// Reuse in one sign-in says nothing about another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reuse_in_one_family_leaves_the_others_alone() {
    let org = org().await;
    org.set_refresh_grace(Duration::ZERO);
    let mut families = Vec::new();
    for _ in 0..10 {
        families.push(tokens(&org).await);
    }
    for tokens in &families {
        assert_eq!(refresh(&org, text(tokens, "refresh_token"), &[]).await.status, 200);
    }
    // One of them is used again.
    assert_eq!(refresh(&org, text(&families[0], "refresh_token"), &[]).await.status, 400);
    for (i, tokens) in families.iter().enumerate() {
        assert_eq!(introspect(&org, text(tokens, "access_token")).await["active"], i != 0);
    }
}
