//! An issuer that is away, slow or talks nonsense: known keys serve on, and no token is blamed for it.

use std::sync::Arc;
use std::time::Duration;

use okta_jwt::{KeyError, VerifyError};
use serde_json::json;
use tokio::sync::Notify;

use crate::issuer::{Answer, FakeIssuer, KEYS, METADATA, jwks};
use crate::key_set::{HOUR, SECOND_OF_TIME, pass, present, unknown, until};
use crate::look::keys_of;
use crate::signer::{FIRST, SECOND};

fn unavailable(seconds: u64) -> Result<(), VerifyError> {
    Err(VerifyError::KeysUnavailable { retry_after: Duration::from_secs(seconds) })
}

#[tokio::test]
async fn without_any_key_the_issuer_is_to_blame_and_recovery_needs_no_request() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    issuer.fail();
    let verifier = issuer.verifier();
    assert!(matches!(verifier.warm().await, Err(KeyError::Status { status: 500, .. })));
    assert!(!verifier.is_ready());
    let asked = issuer.asked_for(METADATA);
    for _ in 0..100 {
        assert_eq!(present(&verifier, &FIRST).await, unavailable(1));
    }
    assert_eq!(issuer.asked_for(METADATA), asked, "requests do not hammer an issuer that is down");

    issuer.metadata(&issuer.url, &format!("{}/v1/keys", issuer.url));
    issuer.publish(&[&FIRST]);
    pass(SECOND_OF_TIME).await;
    until(&verifier, okta_jwt::Verifier::is_ready).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
}

#[tokio::test]
async fn an_issuer_that_is_not_there_at_all_is_unavailable() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let verifier = issuer.builder().key_set_url(format!("http://{address}/keys")).build().unwrap();
    assert!(matches!(verifier.warm().await, Err(KeyError::Unreachable(_))));
    assert_eq!(present(&verifier, &FIRST).await, unavailable(1));
}

#[tokio::test]
async fn known_keys_serve_a_day_into_an_outage_and_no_longer() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    issuer.fail();
    for _ in 0..24 {
        pass(HOUR).await;
        until(&verifier, |verifier| keys_of(verifier).failures > 0).await;
        assert_eq!(present(&verifier, &FIRST).await, Ok(()));
        assert!(verifier.is_ready() && keys_of(&verifier).stale);
    }
    pass(601 * SECOND_OF_TIME).await;
    assert!(!verifier.is_ready());
    assert!(matches!(present(&verifier, &FIRST).await, Err(VerifyError::KeysUnavailable { .. })));

    issuer.metadata(&issuer.url, &format!("{}/v1/keys", issuer.url));
    issuer.publish(&[&FIRST]);
    pass(61 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    let status = keys_of(&verifier);
    assert!(status.failures == 0 && status.last_error.is_none() && !status.stale, "{status:?}");
}

#[tokio::test]
async fn an_unknown_key_during_an_outage_is_the_tokens_fault_and_costs_one_try() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    issuer.fail();
    for _ in 0..20 {
        assert_eq!(present(&verifier, &SECOND).await, unknown());
    }
    assert_eq!(issuer.asked_for(KEYS), 2);
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
}

#[tokio::test]
async fn nonsense_never_replaces_good_keys() {
    let weak = json!({"keys": [{"kty": "RSA", "kid": "w", "e": "AQAB", "n": "AQAB"}]}).to_string();
    let many = json!({"keys": vec![FIRST.jwk(); 65]}).to_string();
    let fill = " ".repeat(256 * 1024);
    for (what, answer) in [
        ("HTML", Answer::Say(200, "Content-Type: text/html\r\n", "<html>Maintenance</html>".into())),
        ("nothing", Answer::Say(200, "", String::new())),
        ("an empty object", Answer::Say(200, "", "{}".into())),
        ("no keys", Answer::Say(200, "", r#"{"keys":[]}"#.into())),
        ("weak keys only", Answer::Say(200, "", weak)),
        ("too many keys", Answer::Say(200, "", many)),
        ("too long a body", Answer::Say(200, "", jwks(&[&SECOND]).to_string() + &fill)),
        ("a flood", Answer::Flood),
        ("half of it", Answer::Say(200, "", jwks(&[&SECOND]).to_string()[..300].to_owned())),
        ("404", Answer::Say(404, "", jwks(&[&SECOND]).to_string())),
        ("another success", Answer::Say(203, "", jwks(&[&SECOND]).to_string())),
        ("a redirect", Answer::Say(302, "Location: /elsewhere\r\n", String::new())),
    ] {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        issuer.answer("/elsewhere", Answer::Say(200, "", jwks(&[&SECOND]).to_string()));
        let verifier = issuer.verifier();
        verifier.warm().await.unwrap();
        issuer.answer(KEYS, answer);
        assert_eq!(present(&verifier, &SECOND).await, unknown(), "{what}");
        assert_eq!(present(&verifier, &FIRST).await, Ok(()), "{what}");
        assert_eq!((issuer.asked_for(KEYS), issuer.asked_for("/elsewhere")), (2, 0), "{what}");
        assert_eq!(keys_of(&verifier).failures, 1, "{what}");
    }
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let issuer = FakeIssuer::start(&[]).await;
    issuer.answer(KEYS, Answer::Flood);
    assert!(matches!(issuer.verifier().warm().await, Err(KeyError::TooLarge)));
    // What was taken beyond the limit lies in the sockets' buffers.
    assert!(issuer.flooded() < 16 * 1024 * 1024, "{} bytes", issuer.flooded());
}

#[tokio::test]
async fn a_hanging_issuer_holds_up_nobody_with_a_known_key() {
    for answer in [Answer::Hang, Answer::Stall] {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        let verifier = issuer.verifier();
        verifier.warm().await.unwrap();
        issuer.answer(KEYS, answer);
        let newcomer = tokio::spawn({
            let verifier = verifier.clone();
            async move { present(&verifier, &SECOND).await }
        });
        issuer.until_asked(KEYS, 2).await;
        for _ in 0..100 {
            assert_eq!(present(&verifier, &FIRST).await, Ok(()));
        }
        assert!(!newcomer.is_finished());
        pass(5 * SECOND_OF_TIME).await;
        assert_eq!(newcomer.await.unwrap(), unknown());
        assert!(matches!(keys_of(&verifier).last_error, Some(KeyError::TimedOut)));
    }
}

#[tokio::test]
async fn metadata_and_keys_share_one_limit_of_time() {
    let issuer = FakeIssuer::start(&[]).await;
    let release = Arc::new(Notify::new());
    let metadata = json!({"issuer": issuer.url, "jwks_uri": format!("{}/v1/keys", issuer.url)});
    issuer.answer(METADATA, Answer::Hold(Arc::clone(&release), metadata.to_string()));
    issuer.answer(KEYS, Answer::Hang);
    let verifier = issuer.verifier();
    let warm = tokio::spawn(async move { verifier.warm().await });
    issuer.until_asked(METADATA, 1).await;
    pass(4 * SECOND_OF_TIME).await;
    release.notify_one();
    issuer.until_asked(KEYS, 1).await;
    pass(SECOND_OF_TIME).await;
    let ended =
        tokio::time::timeout(SECOND_OF_TIME, warm).await.expect("the second document got a limit of its own");
    assert!(matches!(ended.unwrap(), Err(KeyError::TimedOut)));
}

#[tokio::test]
async fn retry_after_is_obeyed() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    issuer.answer(KEYS, Answer::Say(429, "Retry-After: 30\r\n", String::new()));
    let verifier = issuer.verifier();
    assert!(verifier.warm().await.is_err());
    issuer.publish(&[&FIRST]);
    assert_eq!(present(&verifier, &FIRST).await, unavailable(30));
    pass(28 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, unavailable(2));
    assert_eq!(issuer.asked_for(KEYS), 1);
    pass(2 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
}

#[tokio::test]
async fn keys_that_moved_are_found_again() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    issuer.answer(KEYS, Answer::Say(404, "", String::new()));
    issuer.metadata(&issuer.url, &format!("{}/v2/keys", issuer.url));
    issuer.answer("/oauth2/default/v2/keys", Answer::Say(200, "", jwks(&[&SECOND]).to_string()));
    assert_eq!(present(&verifier, &SECOND).await, unknown());
    pass(30 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
}
