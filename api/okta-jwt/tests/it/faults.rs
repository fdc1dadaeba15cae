//! The fault matrix: what may befall the issuer, its keys and the clocks, one row a test. The neighbouring
//! modules look at the details; here each row stands whole.

use std::sync::Arc;
use std::time::Duration;

use okta_jwt::{KeyError, Refusal, UnixTime, Verifier};
use okta_types::base64url;
use serde_json::json;
use tokio::sync::Notify;

use crate::issuer::{Answer, FakeIssuer, KEYS, METADATA, jwks};
use crate::key_set::{HOUR, SECOND_OF_TIME, pass, present, unknown, until, until_renewed};
use crate::look::{at_once, issuer_of, keys_of};
use crate::signer::{FIRST, SECOND};
use crate::token::{NOW, Token};

async fn warmed(issuer: &FakeIssuer) -> Verifier {
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    verifier
}

/// A token with a known key, new or seen before, waits for nothing: so its latency is what it always is.
#[track_caller]
fn answered_at_once(verifier: &Verifier, number: usize) {
    let token = Token::good(issuer_of(verifier)).claim("jti", format!("AT.{}", number / 2)).text();
    assert!(at_once(verifier, &token, NOW).is_some_and(|verdict| verdict.is_ok()));
}

#[tokio::test]
async fn f1_the_issuer_is_down_at_the_start() {
    let issuer = FakeIssuer::start(&[]).await;
    issuer.fail();
    let verifier = issuer.verifier();
    assert!(verifier.warm().await.is_err() && !verifier.is_ready());
    let pause = present(&verifier, &FIRST).await.unwrap_err().retry_after().unwrap();
    assert_eq!(pause, SECOND_OF_TIME);
    issuer.metadata(&issuer.url, &format!("{}/v1/keys", issuer.url));
    issuer.publish(&[&FIRST]);
    pass(pause).await;
    until(&verifier, Verifier::is_ready).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
}

#[tokio::test]
async fn f2_the_issuer_dies_after_the_keys_were_loaded() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    issuer.fail();
    for _ in 0..24 {
        pass(HOUR).await;
        until(&verifier, |verifier| keys_of(verifier).failures > 0).await;
        let failures = keys_of(&verifier).failures;
        for _ in 0..40 {
            assert_eq!(present(&verifier, &FIRST).await, Ok(()));
        }
        assert!(keys_of(&verifier).failures <= failures + 1, "a request is no reason to ask again");
    }
}

#[tokio::test]
async fn f3_the_key_endpoint_answers_with_an_error() {
    for status in [500, 429, 404] {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        let verifier = warmed(&issuer).await;
        issuer.answer(
            KEYS,
            Answer::Say(status, "Retry-After: 30\r\nX-Rate-Limit-Reset: 1800000030\r\n", String::new()),
        );
        pass(571 * SECOND_OF_TIME).await;
        issuer.until_asked(KEYS, 2).await;
        until(&verifier, |verifier| keys_of(verifier).failures == 1).await;
        for _ in 0..20 {
            pass(SECOND_OF_TIME).await;
            assert_eq!(present(&verifier, &FIRST).await, Ok(()));
            assert_eq!(present(&verifier, &SECOND).await, unknown());
        }
        assert_eq!(issuer.asked_for(KEYS), 2, "not before Retry-After");
        pass(11 * SECOND_OF_TIME).await;
        issuer.until_asked(KEYS, 3).await;
    }
}

#[tokio::test]
async fn f4_the_issuer_hangs_or_trickles() {
    for answer in [Answer::Hang, Answer::Stall] {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        let verifier = warmed(&issuer).await;
        issuer.answer(KEYS, answer);
        pass(571 * SECOND_OF_TIME).await;
        issuer.until_asked(KEYS, 2).await;
        for i in 0..200 {
            answered_at_once(&verifier, i);
        }
        assert_eq!(keys_of(&verifier).failures, 0, "the fetch is under way");
        pass(5 * SECOND_OF_TIME).await;
        until(&verifier, |verifier| keys_of(verifier).failures == 1).await;
        assert!(matches!(keys_of(&verifier).last_error, Some(KeyError::TimedOut)));
    }
}

#[tokio::test]
async fn f5_the_issuer_answers_with_nonsense() {
    let many = json!({"keys": vec![FIRST.jwk(); 10_000]}).to_string();
    for answer in [
        Answer::Say(200, "", "{\"keys\":[".to_owned()),
        Answer::Say(200, "Content-Type: text/html\r\n", "<html>".to_owned()),
        Answer::Say(200, "", "{}".to_owned()),
        Answer::Say(200, "", "{\"keys\":[]}".to_owned()),
        Answer::Say(200, "", many),
        Answer::Flood,
    ] {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        let verifier = warmed(&issuer).await;
        issuer.answer(KEYS, answer);
        assert_eq!(present(&verifier, &SECOND).await, unknown());
        assert_eq!(keys_of(&verifier).failures, 1);
        assert_eq!(present(&verifier, &FIRST).await, Ok(()));
        assert!(issuer.flooded() < 16 * 1024 * 1024, "{} bytes", issuer.flooded());
    }
}

#[tokio::test]
async fn f6_keys_rotate_with_and_without_overlap() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    issuer.publish(&[&FIRST, &SECOND]);
    assert_eq!(present(&verifier, &SECOND).await, Ok(()), "the first token with the new key");
    assert_eq!(issuer.asked_for(KEYS), 2, "one fetch more");

    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    issuer.publish(&[&SECOND]);
    assert_eq!(present(&verifier, &SECOND).await, Ok(()), "just before signing");
    assert_eq!(issuer.asked_for(KEYS), 2);
}

#[tokio::test]
async fn f6_a_thousand_requests_are_under_way_while_keys_rotate_and_none_fails() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    let release = Arc::new(Notify::new());
    let both = jwks(&[&FIRST, &SECOND]).to_string();
    issuer.answer(KEYS, Answer::Hold(Arc::clone(&release), both));
    let tokens = [&FIRST, &SECOND].map(|signer| Token::good(&issuer.url).signed_by(signer).text());
    let requests: Vec<_> = (0..1000)
        .map(|i| {
            let (verifier, token) = (verifier.clone(), tokens[i % 2].clone());
            tokio::spawn(async move { verifier.verify_at(&token, NOW).await.map(drop) })
        })
        .collect();
    issuer.until_asked(KEYS, 2).await;
    assert!(!requests.iter().all(tokio::task::JoinHandle::is_finished), "they are under way");
    release.notify_one();
    for request in requests {
        assert_eq!(request.await.unwrap(), Ok(()));
    }
    assert_eq!(issuer.asked_for(KEYS), 2);
}

#[tokio::test]
async fn f7_a_key_is_withdrawn_in_an_emergency() {
    let issuer = FakeIssuer::start(&[]).await;
    issuer.publish_for(&[&FIRST], "Cache-Control: max-age=3832304\r\n");
    let verifier = warmed(&issuer).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    issuer.publish(&[&SECOND]);
    // The bound: a day, whatever was granted.
    pass(24 * HOUR - 60 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    pass(31 * SECOND_OF_TIME).await;
    issuer.until_asked(KEYS, 2).await;
    until_renewed(&verifier).await;
    assert_eq!(present(&verifier, &FIRST).await, unknown());
}

#[tokio::test]
async fn f8_a_flood_of_key_names_makes_one_fetch_in_a_cool_down() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    let payload = base64url::encode(json!({"iss": issuer.url}).to_string());
    for round in 0..10 {
        for i in 0..10_000 {
            let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, round * 10_000 + i);
            let token = format!("{}.{payload}.AAAA", base64url::encode(header));
            assert_eq!(verifier.verify_at(&token, NOW).await.map(drop), unknown());
        }
        assert_eq!(issuer.asked_for(KEYS), 2, "in round {round}");
        answered_at_once(&verifier, round);
    }
    issuer.publish(&[&FIRST, &SECOND]);
    pass(30 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &SECOND).await, Ok(()), "a really new key comes through");
    assert_eq!(issuer.asked_for(KEYS), 3);
}

#[tokio::test]
async fn f9_the_metadata_is_anothers_or_sends_elsewhere() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let keys = format!("{}/v1/keys", issuer.url);
    for (name, jwks_uri) in
        [("https://evil.test/oauth2/default", keys.as_str()), (&issuer.url, "https://evil.test/keys")]
    {
        issuer.metadata(name, jwks_uri);
        let verifier = issuer.verifier();
        let error = verifier.warm().await.unwrap_err();
        assert!(matches!(error, KeyError::OtherIssuer { .. } | KeyError::OtherOrigin), "{error}");
        assert!(!verifier.is_ready());
        assert!(present(&verifier, &FIRST).await.unwrap_err().retry_after().is_some());
    }
    assert_eq!((issuer.asked_for(KEYS), issuer.asked_for(METADATA)), (0, 2));
}

#[tokio::test]
async fn f10_the_clocks_differ() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = warmed(&issuer).await;
    let fresh =
        Token::good(&issuer.url).claim("iat", NOW.0).claim("nbf", NOW.0).claim("exp", NOW.0 + 300).text();
    let at = async |seconds: i64| verifier.verify_at(&fresh, UnixTime(NOW.0 + seconds)).await.map(drop);
    for inside in [-90, 0, 90, 300 + 90] {
        assert_eq!(at(inside).await, Ok(()), "{inside}");
    }
    assert_eq!(at(-600).await, Err(Refusal::IssuedInFuture.into()));
    assert_eq!(at(600).await, Err(Refusal::Expired.into()));
    let exact = issuer.builder().leeway(Duration::ZERO).build().unwrap();
    assert!(exact.verify_at(&fresh, UnixTime(NOW.0 + 90)).await.is_ok());
    assert!(exact.verify_at(&fresh, UnixTime(NOW.0 - 1)).await.is_err());
    assert!(exact.verify_at(&fresh, UnixTime(NOW.0 + 300)).await.is_err());
}
