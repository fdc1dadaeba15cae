//! Against an org that somebody else's code runs: its tokens, its ID tokens, its absence.

use std::sync::Arc;
use std::time::Duration;

use okta_jwt::{KeyError, KeySetLimits, Refusal, UnixTime, Verifier};
use okta_local::{App, Endpoint, Fault, Org, RunningOrg};
use okta_types::base64url;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use crate::key_set::{pass, until};
use crate::look::keys_of;

async fn start() -> (RunningOrg, Verifier) {
    start_with(KeySetLimits::default()).await
}

async fn start_with(limits: KeySetLimits) -> (RunningOrg, Verifier) {
    let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
    let org = Org::builder().app(app).start().await.unwrap();
    let verifier = Verifier::builder(org.issuer().clone())
        .audience("api://default")
        .client_id(org.client_id())
        .key_set_limits(limits)
        .build()
        .unwrap();
    (org, verifier)
}

/// A verifier that has the org's keys, a token of one of them, and a token of one that has come since unannounced.
async fn start_with_an_unseen_key() -> (RunningOrg, Verifier, String, String) {
    let (org, verifier) = start().await;
    verifier.warm().await.unwrap();
    let known = org.mint_access_token(|_| {});
    org.rotate_keys();
    org.rotate_keys();
    let new = org.mint_access_token(|_| {});
    (org, verifier, known, new)
}

async fn refusal(verifier: &Verifier, token: &str, now: UnixTime) -> Option<Refusal> {
    match verifier.verify_at(token, now).await {
        Ok(_) => None,
        Err(okta_jwt::VerifyError::Refused(refusal)) => Some(refusal),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn its_access_tokens_pass_and_what_is_changed_in_them_does_not() {
    let (org, verifier) = start().await;
    let now = org.now();
    let token = org.mint_access_token(|_| {});
    let verified = verifier.verify_at(&token, now).await.unwrap();
    assert_eq!(verified.subject().iss(), org.issuer().as_str());
    assert!(verified.subject().id().starts_with("00u"));

    for (name, value, expected) in [
        ("aud", json!("api://other"), Refusal::Audience),
        ("aud", json!(org.client_id()), Refusal::IdToken),
        ("cid", json!("0oaOther"), Refusal::Client),
        ("iss", json!(org.base_url()), Refusal::Issuer),
        ("nonce", json!("n"), Refusal::IdToken),
        ("exp", json!(now.0 - 120), Refusal::Expired),
        ("sub", json!(""), Refusal::ClaimType("sub")),
    ] {
        let token = org.mint_access_token(|claims| {
            claims.insert("iat".into(), json!(now.0 - 600));
            claims.insert(name.into(), value.clone());
        });
        assert_eq!(refusal(&verifier, &token, now).await, Some(expected), "{name}: {value}");
    }
    org.stop().await;
}

#[tokio::test]
async fn its_signature_under_another_header_does_not_help() {
    let (org, verifier) = start().await;
    let keys = serde_json::to_value(org.public_keys()).unwrap();
    let kid = keys["keys"][0]["kid"].as_str().unwrap().to_owned();
    let mut claims = Value::Null;
    org.mint_access_token(|minted| claims = Value::Object(minted.clone()));
    let good = org.sign_jwt(&json!({"alg": "RS256", "kid": kid}), &claims);
    assert_eq!(refusal(&verifier, &good, org.now()).await, None);
    for (header, expected) in [
        (json!({"alg": "none", "kid": kid}), Refusal::Algorithm),
        (json!({"alg": "RS384", "kid": kid}), Refusal::Algorithm),
        (json!({"alg": "RS256"}), Refusal::KeyIdMissing),
        (json!({"alg": "RS256", "kid": "other"}), Refusal::KeyUnknown),
        (json!({"alg": "RS256", "kid": kid, "typ": "JWT"}), Refusal::Type),
        (json!({"alg": "RS256", "kid": kid, "crit": ["exp"]}), Refusal::Extension),
    ] {
        assert_eq!(
            refusal(&verifier, &org.sign_jwt(&header, &claims), org.now()).await,
            Some(expected),
            "{header}"
        );
    }
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_are_under_way_while_its_keys_rotate_and_none_fails() {
    let (org, verifier) = start().await;
    verifier.warm().await.unwrap();
    let turns = Arc::new(Semaphore::new(0));
    let (latest, shown) = watch::channel(org.mint_access_token(|_| {}));
    let now = org.now();
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let (verifier, turns, shown) = (verifier.clone(), Arc::clone(&turns), shown.clone());
            tokio::spawn(async move {
                for _ in 0..50 {
                    turns.acquire().await.unwrap().forget();
                    let token = shown.borrow().clone();
                    assert_eq!(refusal(&verifier, &token, now).await, None);
                }
            })
        })
        .collect();
    let former = org.mint_access_token(|_| {});
    // The first rotation is to a key that was announced, the second to one that is news.
    for portion in [400, 300, 300] {
        turns.add_permits(portion);
        let rotated = tokio::task::block_in_place(|| org.rotate_keys());
        latest.send_replace(org.mint_access_token(|_| {}));
        assert!(latest.borrow().starts_with(&header_of(&rotated)), "the new key signs");
    }
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(refusal(&verifier, &former, now).await, None, "the former keys stay published");
    assert!(org.requests(Endpoint::Keys) <= 2, "{} fetches", org.requests(Endpoint::Keys));
    org.stop().await;
}

#[tokio::test]
async fn a_key_that_it_retires_is_refused_when_the_set_is_renewed() {
    let (org, verifier) = start().await;
    let former = org.mint_access_token(|_| {});
    let kid = serde_json::to_value(org.public_keys()).unwrap()["keys"][0]["kid"].as_str().unwrap().to_owned();
    assert_eq!(refusal(&verifier, &former, org.now()).await, None);
    org.rotate_keys();
    org.rotate_keys();
    assert!(org.retire_key(&kid));
    let latest = org.mint_access_token(|_| {});
    assert_eq!(refusal(&verifier, &latest, org.now()).await, None, "a new key makes us look");
    assert_eq!(refusal(&verifier, &former, org.now()).await, Some(Refusal::KeyUnknown));
    org.stop().await;
}

/// The beginning of a token that this key has signed, up to its dot.
fn header_of(kid: &str) -> String {
    let begin = format!(r#"{{"kid":"{kid}""#);
    let whole_groups = begin.len() / 3 * 3;
    base64url::encode(&begin[..whole_groups])
}

#[tokio::test]
async fn while_it_is_down_for_an_hour_no_token_with_a_known_key_fails() {
    // It grants its keys for longer than that; so they grow old in the midst of it.
    let limits = KeySetLimits { max_ttl: Duration::from_secs(600), ..KeySetLimits::default() };
    let (org, verifier) = start_with(limits).await;
    verifier.warm().await.unwrap();
    let begin = org.now();
    let tokens: Vec<_> = (0..20)
        .map(|i| {
            org.mint_access_token(|claims| {
                claims.insert("jti".into(), json!(format!("AT.{i}")));
                claims.insert("exp".into(), json!(begin.0 + 3 * 3600));
            })
        })
        .collect();
    let asked = org.requests(Endpoint::Keys);
    org.stop().await;
    for minute in 1..=60 {
        pass(Duration::from_secs(60)).await;
        let now = UnixTime(begin.0 + 60 * minute);
        for token in &tokens {
            assert_eq!(refusal(&verifier, token, now).await, None, "minute {minute}");
        }
    }
    assert_eq!(asked, 1);
    let status = keys_of(&verifier);
    assert!(verifier.is_ready() && status.stale && status.failures > 0, "{status:?}");
}

#[tokio::test]
async fn a_hundred_thousand_names_of_keys_make_one_fetch_in_a_cool_down() {
    let (org, verifier) = start().await;
    verifier.warm().await.unwrap();
    let (good, now) = (org.mint_access_token(|_| {}), org.now());
    let payload = base64url::encode(json!({"iss": org.issuer()}).to_string());
    for round in 0..2 {
        let clients = (0..100).map(|client| {
            let (verifier, payload) = (verifier.clone(), payload.clone());
            tokio::spawn(async move {
                for i in 0..500 {
                    let header = format!(r#"{{"alg":"RS256","kid":"{round}-{client}-{i}"}}"#);
                    let token = format!("{}.{payload}.AAAA", base64url::encode(header));
                    assert_eq!(refusal(&verifier, &token, now).await, Some(Refusal::KeyUnknown));
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
        // One to warm up, and then one in each cool-down.
        assert_eq!(org.requests(Endpoint::Keys), 2 + round);
        assert_eq!(refusal(&verifier, &good, now).await, None);
        pass(Duration::from_secs(30)).await;
    }
    // A key that nobody announced, in the midst of it.
    org.rotate_keys();
    org.rotate_keys();
    assert_eq!(refusal(&verifier, &org.mint_access_token(|_| {}), now).await, None);
    org.stop().await;
}

#[tokio::test]
async fn whatever_its_key_endpoint_does_known_keys_serve_on() {
    for fault in [
        Fault::Fail(500),
        Fault::Fail(429),
        Fault::Fail(404),
        Fault::Fail(302),
        Fault::Drop,
        Fault::CutShort,
        Fault::Delay(Duration::from_millis(300)),
    ] {
        let (org, verifier, known, new) = start_with_an_unseen_key().await;
        let now = org.now();
        org.inject(Endpoint::Keys, fault, 1);
        let asks = tokio::spawn({
            let (verifier, new) = (verifier.clone(), new.clone());
            async move { refusal(&verifier, &new, now).await }
        });
        for _ in 0..100 {
            assert_eq!(refusal(&verifier, &known, now).await, None, "{fault:?}");
            tokio::task::yield_now().await;
        }
        let late = matches!(fault, Fault::Delay(_));
        let expected = if late { None } else { Some(Refusal::KeyUnknown) };
        assert_eq!(asks.await.unwrap(), expected, "{fault:?}");
        assert_eq!(keys_of(&verifier).failures, u32::from(!late), "{fault:?}");
        pass(Duration::from_secs(30)).await;
        assert_eq!(refusal(&verifier, &new, now).await, None, "{fault:?}: it recovers");
        org.stop().await;
    }
}

#[tokio::test]
async fn its_limit_of_requests_is_obeyed_and_meanwhile_known_keys_serve_on() {
    let (org, verifier, known, new) = start_with_an_unseen_key().await;
    let now = org.now();
    org.set_rate_limit(Endpoint::Keys, 0);
    for _ in 0..100 {
        assert_eq!(refusal(&verifier, &new, now).await, Some(Refusal::KeyUnknown));
        assert_eq!(refusal(&verifier, &known, now).await, None);
    }
    let status = keys_of(&verifier);
    assert!(matches!(status.last_error, Some(KeyError::Status { status: 429, .. })), "{status:?}");
    assert_eq!(org.requests(Endpoint::Keys), 2, "one to warm up, and one that was refused");
    org.set_rate_limit(Endpoint::Keys, 100);
    pass(Duration::from_secs(60)).await;
    assert_eq!(refusal(&verifier, &new, now).await, None);
    org.stop().await;
}

#[tokio::test]
async fn whoever_it_keeps_waiting_waits_no_longer_than_the_limit() {
    let (org, verifier, known, new) = start_with_an_unseen_key().await;
    let now = org.now();
    org.inject(Endpoint::Keys, Fault::Delay(Duration::from_secs(60)), 1);
    let waits = tokio::spawn({
        let (verifier, new) = (verifier.clone(), new.clone());
        async move { refusal(&verifier, &new, now).await }
    });
    until(&verifier, |_| org.requests(Endpoint::Keys) == 2).await;
    assert_eq!(refusal(&verifier, &known, now).await, None);
    assert!(!waits.is_finished());
    pass(Duration::from_secs(5)).await;
    assert_eq!(waits.await.unwrap(), Some(Refusal::KeyUnknown));
    assert!(matches!(keys_of(&verifier).last_error, Some(KeyError::TimedOut)));
    assert_eq!(refusal(&verifier, &known, now).await, None);
    pass(Duration::from_secs(30)).await;
    assert_eq!(refusal(&verifier, &new, now).await, None);
}

#[tokio::test]
async fn an_org_that_comes_up_late_is_found_without_a_restart() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let issuer = okta_jwt::Issuer::parse(&format!("http://localhost:{port}/oauth2/default")).unwrap();
    let verifier = Verifier::builder(issuer).audience("api://default").any_client().build().unwrap();
    drop(listener);
    assert!(verifier.warm().await.is_err());
    let org = Org::builder().app(App::spa("Grove")).port(port).start().await.unwrap();
    pass(Duration::from_secs(2)).await;
    until(&verifier, Verifier::is_ready).await;
    assert_eq!(refusal(&verifier, &org.mint_access_token(|_| {}), org.now()).await, None);
    org.stop().await;
}
