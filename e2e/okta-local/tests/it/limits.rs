//! Limits that hold without being asked for: callers of `/authorize`, people at `/token`.

use std::time::Duration;

use okta_local::{App, Endpoint, Fault, Org, PasswordHashing, RunningOrg};
use serde_json::json;

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, PASSWORD, authorize_query, http, org, redeem, refresh, text,
};

/// An org with Okta's limits.
async fn strict() -> RunningOrg {
    let app = |label: &str| App::spa(label).redirect_uri(CALLBACK);
    let org = Org::builder().app(app("Grove")).app(app("Other"));
    org.password_hashing(PasswordHashing::LoweredForTests).start().await.expect("an org on any port starts")
}

fn url(org: &RunningOrg, change: &[(&str, Option<&str>)]) -> String {
    format!("{}/v1/authorize?{}", org.issuer(), authorize_query(org, change))
}

fn told(answer: &Answer) -> [Option<&str>; 2] {
    ["x-rate-limit-limit", "x-rate-limit-remaining"].map(|name| answer.header(name))
}

#[tokio::test]
async fn a_browser_may_ask_for_one_app_sixty_times_a_minute() {
    let org = strict().await;
    let browser = Browser::new(&org);
    let first = browser.authorize(&[]).await;
    assert_eq!(told(&first), [Some("60"), Some("59")], "the first one had no cookie yet");
    let none = [("prompt", Some("none"))];
    for left in (0..60).rev() {
        let answer = browser.authorize(&none).await;
        assert_eq!(
            (answer.status.as_u16(), told(&answer)),
            (302, [Some("60"), Some(left.to_string().as_str())])
        );
    }
    let refused = browser.authorize(&none).await;
    assert_eq!((refused.status.as_u16(), refused.header("location")), (429, None));
    assert_eq!(told(&refused), [Some("60"), Some("0")]);
    let reset: i64 = refused.header("x-rate-limit-reset").unwrap().parse().unwrap();
    assert!((1..=60).contains(&(reset - org.now().0)), "{reset}");
    let error = refused.json();
    assert_eq!((&error["errorCode"], &error["errorLink"]), (&json!("E0000047"), &json!("E0000047")));
    assert_eq!(error["errorSummary"], "You exceeded the maximum number of requests. Try again in a while.");
    assert!(org.system_log().iter().any(|event| event.event_type == "system.client.rate_limit.violation"));
    // Another browser, another app and the next minute are not concerned.
    assert_eq!(Browser::new(&org).authorize(&none).await.status, 302);
    let other = org.client_id_of("Other").unwrap();
    assert_eq!(browser.authorize(&[("client_id", Some(&other)), none[0]]).await.status, 302);
    org.advance_clock(Duration::from_secs(60));
    browser.sign_in(&browser.authorize(&[]).await, ALICE, PASSWORD).await.code();
}

#[tokio::test]
async fn a_person_who_asks_too_often_sees_a_page() {
    let org = strict().await;
    let ask = || http().get(url(&org, &[("prompt", Some("none"))])).header("Accept", "text/html,*/*;q=0.8");
    for _ in 0..60 {
        Answer::to(ask()).await;
    }
    let page = Answer::to(ask()).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (429, Some("text/html; charset=utf-8")));
    assert!(
        page.body.contains("You exceeded the maximum number of requests.") && page.body.contains("E0000047")
    );
}

#[tokio::test]
async fn five_requests_of_a_browser_may_be_under_way() {
    let org = strict().await;
    org.inject(Endpoint::Authorize, Fault::Delay(Duration::from_secs(2)), 5);
    let ask = || Answer::to(http().get(url(&org, &[("prompt", Some("none"))])));
    let sixth = async {
        while org.requests(Endpoint::Authorize) < 5 {
            tokio::task::yield_now().await;
        }
        ask().await
    };
    let (a, b, c, d, e, sixth) = tokio::join!(ask(), ask(), ask(), ask(), ask(), sixth);
    assert!([a, b, c, d, e].iter().all(|answer| answer.status == 302));
    assert_eq!((sixth.status.as_u16(), told(&sixth)), (429, [Some("0"), Some("0")]));
    let violation = "system.client.concurrency_rate_limit.violation";
    assert!(org.system_log().iter().any(|event| event.event_type == violation));
    assert_eq!(ask().await.status, 302, "they are done");
}

#[tokio::test]
async fn one_person_gets_tokens_four_times_a_second() {
    let org = strict().await;
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let first = redeem(&org, &code, &[]).await.json();
    let token = text(&first, "refresh_token");
    // At least five of ten fall into one second, unless this machine needs a second for two of them.
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(refresh(&org, token, &[]).await);
    }
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    let description = "API call exceeded rate limit due to too many requests.";
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|answer| answer.error() == ("invalid_grant".into(), description.into())));
}

#[tokio::test]
async fn lifted_limits_are_told_as_the_endpoints_own() {
    let org = org().await;
    let answer = Browser::new(&org).authorize(&[("prompt", Some("none"))]).await;
    assert_eq!(answer.header("x-rate-limit-limit"), Some("1000000"));
}
