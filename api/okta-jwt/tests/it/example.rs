//! The example without a framework, against an org.

use okta_local::{App, Org, RunningOrg};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use crate::program::Program;

async fn org() -> RunningOrg {
    Org::builder().app(App::spa("Grove")).start().await.unwrap()
}

async fn start(org: &RunningOrg) -> Program {
    let issuer = ("OKTA_OAUTH2_ISSUER", org.issuer().to_string());
    let client_id = ("OKTA_OAUTH2_CLIENT_ID", org.client_id().to_owned());
    Program::start("without_framework", vec![issuer, client_id]).await
}

/// Status, challenge, whether there is a `Retry-After`, and the body.
type Answer = (u16, Option<String>, bool, String);

async fn ask(program: &Program, authorization: Option<String>) -> Answer {
    let request = Client::builder().no_proxy().build().unwrap().get(&program.url);
    let request = match authorization {
        Some(value) => request.header(AUTHORIZATION, value),
        None => request,
    };
    let response = request.send().await.unwrap();
    let challenge = response.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned());
    let (status, pause) = (response.status().as_u16(), response.headers().contains_key(RETRY_AFTER));
    (status, challenge, pause, response.text().await.unwrap())
}

#[tokio::test]
async fn the_example_without_a_framework_tells_no_token_a_good_and_a_bad_one_apart() {
    let org = org().await;
    let program = start(&org).await;
    let good = org.mint_access_token(|_| {});
    let (status, _, _, body) = ask(&program, Some(format!("Bearer {good}"))).await;
    assert!(status == 200 && body.starts_with("00u"), "{status} {body}");
    let refused = |challenge: &str| (401, Some(challenge.to_owned()), false, String::new());
    assert_eq!(ask(&program, None).await, refused("Bearer"));
    let foreign = org.mint_access_token(|claims| drop(claims.insert("aud".to_owned(), json!("api://other"))));
    let answer = ask(&program, Some(format!("bearer {foreign}"))).await;
    assert_eq!(answer, refused("Bearer error=\"invalid_token\""));
    org.stop().await;
}

#[tokio::test]
async fn the_example_without_a_framework_blames_no_token_for_an_org_that_is_away() {
    let org = org().await;
    let token = org.mint_access_token(|_| {});
    let away = (org.issuer().to_string(), org.client_id().to_owned());
    org.stop().await;
    let environment = vec![("OKTA_OAUTH2_ISSUER", away.0), ("OKTA_OAUTH2_CLIENT_ID", away.1)];
    let program = Program::start("without_framework", environment).await;
    let answer = ask(&program, Some(format!("Bearer {token}"))).await;
    assert_eq!(answer, (503, None, true, String::new()));
}
