//! Tokens that were revoked: the issuer says so (RFC 7662), or the app does.

use std::sync::Arc;
use std::time::Duration;

use okta_jwt::{ConfigError, Introspection, Refusal, Revocation, Verifier, VerifyError};
use tokio::sync::Notify;

use crate::issuer::{Answer, FakeIssuer, INTROSPECTION, METADATA};
use crate::key_set::{HOUR, SECOND_OF_TIME, pass, present};
use crate::look::{self, at_once};
use crate::signer::FIRST;
use crate::token::{NOW, Token};

const SECRET: &str = "s3cret:ü";

async fn start(introspection: Introspection) -> (FakeIssuer, Verifier) {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    say(&issuer, r#"{"active":true,"sub":"ignored"}"#);
    let verifier = issuer.builder().introspection(introspection).build().unwrap();
    (issuer, verifier)
}

fn by_secret() -> Introspection {
    Introspection::by_client_secret("0oa/api", SECRET)
}

fn say(issuer: &FakeIssuer, body: &str) {
    issuer.answer(INTROSPECTION, Answer::Say(200, "", body.to_owned()));
}

fn unknown(seconds: u64) -> Result<(), VerifyError> {
    Err(VerifyError::RevocationUnknown { retry_after: Duration::from_secs(seconds) })
}

fn revoked() -> Result<(), VerifyError> {
    Err(Refusal::Revoked.into())
}

#[tokio::test]
async fn a_confidential_client_proves_who_it_is_by_basic() {
    let (issuer, verifier) = start(by_secret()).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    let request = issuer.last_request();
    // base64("0oa%2Fapi:s3cret%3A%C3%BC")
    assert_eq!(request.authorization.as_deref(), Some("Basic MG9hJTJGYXBpOnMzY3JldCUzQSVDMyVCQw=="));
    let token = Token::good(&issuer.url).text();
    assert_eq!(request.body, format!("token={token}&token_type_hint=access_token"));
}

#[tokio::test]
async fn a_public_client_says_who_it_is() {
    let (issuer, verifier) = start(Introspection::by_client_id("0oaSpa")).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    let request = issuer.last_request();
    assert!(request.authorization.is_none() && request.body.ends_with("&client_id=0oaSpa"), "{request:?}");
}

#[tokio::test]
async fn an_answer_is_believed_for_the_configured_time() {
    let (issuer, verifier) = start(by_secret().believed_for(10 * SECOND_OF_TIME)).await;
    for _ in 0..5 {
        assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    }
    assert_eq!((issuer.asked_for(INTROSPECTION), issuer.asked_for(METADATA)), (1, 2));
    say(&issuer, r#"{"active":false}"#);
    pass(5 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()), "still believed");
    pass(6 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, revoked());

    say(&issuer, r#"{"active":true}"#);
    pass(HOUR).await;
    assert_eq!(present(&verifier, &FIRST).await, revoked(), "what was revoked does not come back");
    assert_eq!(issuer.asked_for(INTROSPECTION), 2);
}

#[tokio::test]
async fn without_waiting_only_an_answer_that_is_still_believed_counts() {
    let (issuer, verifier) = start(by_secret().believed_for(10 * SECOND_OF_TIME)).await;
    let token = Token::good(&issuer.url).text();
    let without_waiting = || {
        let verdict = at_once(&verifier, &token, NOW).map(|verdict| verdict.map(drop));
        [verdict, look::seen(&verifier, &token, NOW)]
    };
    verifier.warm().await.unwrap();
    assert_eq!(without_waiting(), [None, None], "nobody has asked");
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    assert_eq!(without_waiting(), [Some(Ok(())), Some(Ok(()))]);
    pass(11 * SECOND_OF_TIME).await;
    assert_eq!(without_waiting(), [None, None], "it is believed no longer");
    say(&issuer, r#"{"active":false}"#);
    assert_eq!(present(&verifier, &FIRST).await, revoked());
    assert_eq!(without_waiting(), [Some(revoked()), Some(revoked())]);
}

#[tokio::test]
async fn only_a_token_that_is_good_in_every_other_way_is_asked_about() {
    let (issuer, verifier) = start(by_secret()).await;
    let expired = Token::good(&issuer.url).claim("exp", NOW.0 - 300).text();
    assert_eq!(verifier.verify_at(&expired, NOW).await.map(drop), Err(Refusal::Expired.into()));
    assert_eq!(issuer.asked_for(INTROSPECTION), 0);
}

#[tokio::test]
async fn those_who_show_one_token_at_a_time_share_one_question() {
    let (issuer, verifier) = start(by_secret()).await;
    let release = Arc::new(Notify::new());
    issuer.answer(INTROSPECTION, Answer::Hold(Arc::clone(&release), r#"{"active":true}"#.to_owned()));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let verifier = verifier.clone();
            tokio::spawn(async move { present(&verifier, &FIRST).await })
        })
        .collect();
    issuer.until_asked(INTROSPECTION, 1).await;
    release.notify_one();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(()));
    }
    assert_eq!(issuer.asked_for(INTROSPECTION), 1);
}

#[tokio::test]
async fn without_an_answer_requests_are_refused_or_pass_as_configured() {
    for answer in [
        Answer::Say(500, "", String::new()),
        Answer::Say(401, "", String::new()),
        Answer::Say(302, "Location: /\r\n", String::new()),
        Answer::Say(200, "", "{}".to_owned()),
        Answer::Say(200, "", r#"{"active":"true"}"#.to_owned()),
        Answer::Say(200, "", "<html>".to_owned()),
        Answer::Flood,
    ] {
        let (issuer, closed) = start(by_secret()).await;
        let open = issuer.builder().introspection(by_secret().fail_open()).build().unwrap();
        issuer.answer(INTROSPECTION, answer);
        assert_eq!(present(&closed, &FIRST).await, unknown(1));
        assert_eq!(present(&open, &FIRST).await, Ok(()));
    }
}

#[tokio::test]
async fn an_issuer_that_fails_is_left_alone_for_a_while_and_nobody_waits_for_it() {
    let (issuer, verifier) = start(by_secret().fail_open()).await;
    issuer.answer(INTROSPECTION, Answer::Say(429, "Retry-After: 30\r\n", String::new()));
    for _ in 0..20 {
        assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    }
    assert_eq!(issuer.asked_for(INTROSPECTION), 1);
    say(&issuer, r#"{"active":false}"#);
    pass(20 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    pass(11 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, revoked());
}

#[tokio::test]
async fn questions_that_fail_together_are_one_failure() {
    let (issuer, verifier) = start(by_secret()).await;
    issuer.answer(INTROSPECTION, Answer::Hang);
    let callers: Vec<_> = (0..20)
        .map(|i| {
            let (verifier, url) = (verifier.clone(), issuer.url.clone());
            let token = Token::good(&url).claim("jti", format!("AT.{i}")).text();
            tokio::spawn(async move { verifier.verify_at(&token, NOW).await.map(drop) })
        })
        .collect();
    issuer.until_asked(INTROSPECTION, 20).await;
    pass(2 * SECOND_OF_TIME).await;
    for caller in callers {
        assert_eq!(caller.await.unwrap(), unknown(1));
    }
    say(&issuer, r#"{"active":true}"#);
    pass(2 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
}

#[tokio::test]
async fn a_hanging_issuer_costs_one_limit_of_time() {
    let (issuer, verifier) = start(by_secret()).await;
    issuer.answer(INTROSPECTION, Answer::Hang);
    let caller = tokio::spawn({
        let verifier = verifier.clone();
        async move { present(&verifier, &FIRST).await }
    });
    issuer.until_asked(INTROSPECTION, 1).await;
    pass(2 * SECOND_OF_TIME).await;
    assert_eq!(caller.await.unwrap(), unknown(1));
    assert_eq!(present(&verifier, &FIRST).await, unknown(1));
    assert_eq!(issuer.asked_for(INTROSPECTION), 1);
}

#[tokio::test]
async fn a_token_goes_to_a_safe_place_only() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let build = |introspection| issuer.builder().introspection(introspection).build();
    for bad in [
        by_secret().url("http://introspect.example/"),
        by_secret().url("x"),
        Introspection::by_client_id(" "),
    ] {
        assert!(matches!(build(bad), Err(ConfigError::Introspection)));
    }
    let elsewhere = r#"{"issuer":"I","jwks_uri":"I/v1/keys","introspection_endpoint":"http://127.0.0.1:9/"}"#;
    let verifier = build(by_secret()).unwrap();
    verifier.warm().await.unwrap();
    issuer.answer(METADATA, Answer::Say(200, "", elsewhere.replace('I', &issuer.url)));
    assert_eq!(present(&verifier, &FIRST).await, unknown(1));
    let debug = format!("{:?} {verifier:?}", by_secret());
    assert!(!debug.contains("s3cret"), "{debug}");
}

#[tokio::test]
async fn a_denied_token_is_refused_in_every_way_of_asking_and_its_neighbour_is_not() {
    for introspected in [false, true] {
        let (issuer, asking) = start(by_secret()).await;
        let verifier = if introspected { asking } else { issuer.verifier() };
        let token = |jti: &str| Token::good(&issuer.url).claim("jti", jti).text();
        let [seen, unseen, other] = ["AT.seen", "AT.unseen", "AT.other"].map(token);
        assert!(verifier.verify_at(&seen, NOW).await.is_ok());
        for jti in ["AT.seen", "AT.unseen"] {
            let (jti, exp) = (jti.to_owned(), okta_jwt::UnixTime(NOW.0 + 3000));
            verifier.deny(&issuer.url, Revocation::Token { jti, exp }, NOW);
        }
        let asked = issuer.asked_for(INTROSPECTION);
        for denied in [&seen, &unseen] {
            assert_eq!(verifier.clone().verify_at(denied, NOW).await.map(drop), revoked());
            let verdict = at_once(&verifier, denied, NOW).map(|verdict| verdict.map(drop));
            assert_eq!([verdict, look::seen(&verifier, denied, NOW)], [Some(revoked()), Some(revoked())]);
        }
        assert_eq!(issuer.asked_for(INTROSPECTION), asked, "there is nothing to ask");
        assert!(verifier.verify_at(&other, NOW).await.is_ok());
    }
}
