//! What is remembered of a token: that its signature was good, and nothing else.

use std::time::Duration;

use okta_jwt::{KeySetLimits, Refusal, TokenCacheLimits, UnixTime};
use serde_json::json;

use crate::gate::Gate;
use crate::issuer::{Answer, FakeIssuer, KEYS, jwks};
use crate::key_set::{SECOND_OF_TIME, pass, present, unknown, until_renewed};
use crate::look::seen;
use crate::signer::{FIRST, SECOND};
use crate::token::{NOW, Token};

#[tokio::test]
async fn a_good_token_is_remembered_once_and_a_bad_one_never() {
    let gate = Gate::start().await;
    let (token, other) = (gate.token().text(), gate.token().claim("jti", "AT.other").text());
    for _ in 0..3 {
        gate.check_good("a token", token.clone()).await;
    }
    assert_eq!(gate.verifier.remembered_tokens(), 1);
    gate.check("a bad one", gate.token().claim("aud", "api://other").text(), Refusal::Audience).await;
    assert_eq!(gate.verifier.remembered_tokens(), 1);
    gate.check_good("another", other).await;
    assert_eq!(gate.verifier.remembered_tokens(), 2);
}

#[tokio::test]
async fn times_are_judged_each_time() {
    let gate = Gate::start().await;
    let token = gate.token().claim("nbf", NOW.0 - 600).text();
    let at = async |seconds: i64| {
        let now = UnixTime(NOW.0 + seconds);
        let verdict = gate.verifier.verify_at(&token, now).await.map(drop);
        assert_eq!(seen(&gate.verifier, &token, now), Some(verdict.clone()));
        verdict
    };
    assert_eq!(at(0).await, Ok(()));
    assert_eq!(at(3119).await, Ok(()));
    assert_eq!(at(3120).await, Err(Refusal::Expired.into()));
    assert_eq!(at(-721).await, Err(Refusal::IssuedInFuture.into()));
    assert_eq!(at(0).await, Ok(()));
    assert_eq!(gate.verifier.remembered_tokens(), 1);
}

#[tokio::test]
async fn nothing_is_said_of_a_token_that_was_not_seen() {
    let gate = Gate::start().await;
    let (verifier, token) = (&gate.verifier, gate.token().text());
    assert_eq!(seen(verifier, &token, NOW), None);
    gate.check_good("a token", token.clone()).await;
    assert_eq!(seen(verifier, &token, NOW), Some(Ok(())));

    let expired = gate.token().claim("exp", NOW.0 - 120).text();
    gate.check("one that was never good", expired.clone(), Refusal::Expired).await;
    for other in [
        expired.as_bytes(),
        &token.as_bytes()[1..],
        &token.as_bytes()[..token.len() - 1],
        format!("{token}.").as_bytes(),
        token.to_uppercase().as_bytes(),
        &[b'a'; 17_000],
        b"\xff",
        b"",
    ] {
        assert_eq!(seen(verifier, other, NOW), None);
    }
    let forgetful = gate.issuer.builder().without_token_cache().build().unwrap();
    assert!(forgetful.verify_at(&token, NOW).await.is_ok());
    assert_eq!(seen(&forgetful, &token, NOW), None);
}

#[tokio::test]
async fn a_token_that_differs_in_one_character_is_another_one() {
    let gate = Gate::start().await;
    let token = gate.token().text();
    gate.check_good("the original", token.clone()).await;
    let (head, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    gate.check("a forgery", format!("{head}.{first}{}", &signature[1..]), Refusal::Signature).await;
}

#[tokio::test]
async fn a_rotation_drops_what_the_lost_key_signed_and_keeps_the_rest() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    issuer.publish(&[&FIRST, &SECOND]);
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
    assert_eq!(verifier.remembered_tokens(), 2, "a key that stays is the same key");

    issuer.publish(&[&SECOND]);
    pass(571 * SECOND_OF_TIME).await;
    issuer.until_asked(KEYS, 3).await;
    until_renewed(&verifier).await;
    assert_eq!(verifier.remembered_tokens(), 1);
    let token = |signer| Token::good(&issuer.url).signed_by(signer).text();
    assert_eq!(seen(&verifier, token(&FIRST), NOW), None);
    assert_eq!(present(&verifier, &FIRST).await, unknown());
    assert_eq!(seen(&verifier, token(&SECOND), NOW), Some(Ok(())));
}

#[tokio::test]
async fn another_key_under_the_same_name_is_another_key() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    let mut set = jwks(&[&SECOND]);
    set["keys"][0]["kid"] = json!(FIRST.kid);
    issuer.answer(KEYS, Answer::Say(200, "", set.to_string()));
    pass(571 * SECOND_OF_TIME).await;
    issuer.until_asked(KEYS, 2).await;
    until_renewed(&verifier).await;
    assert_eq!(present(&verifier, &FIRST).await, Err(Refusal::Signature.into()));
}

#[tokio::test]
async fn a_remembered_token_is_no_better_than_the_keys_it_was_checked_with() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let limits = KeySetLimits { stale_for: Duration::from_secs(60), ..KeySetLimits::default() };
    let verifier = issuer.builder().key_set_limits(limits).build().unwrap();
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    issuer.fail();
    let token = Token::good(&issuer.url).text();
    assert_eq!(seen(&verifier, &token, NOW), Some(Ok(())));
    pass(661 * SECOND_OF_TIME).await;
    assert_eq!(verifier.remembered_tokens(), 1);
    assert_eq!(seen(&verifier, &token, NOW), None);
    assert_eq!(verifier.remembered_tokens(), 0, "and takes no room any more");
    assert!(present(&verifier, &FIRST).await.unwrap_err().retry_after().is_some());
}

#[tokio::test]
async fn entries_and_bytes_are_bounded() {
    let gate = Gate::start().await;
    let tokens: Vec<_> = (0..60).map(|i| gate.token().claim("jti", format!("AT.{i}")).text()).collect();
    let check = async |limits: TokenCacheLimits, most: usize| {
        let verifier = gate.issuer.builder().token_cache(limits).build().unwrap();
        for token in &tokens {
            assert!(verifier.verify_at(token, NOW).await.is_ok());
        }
        let remembered = verifier.remembered_tokens();
        assert!((1..=most).contains(&remembered), "{remembered} of {limits:?}");
    };
    check(TokenCacheLimits { entries: 10, bytes: 1024 * 1024 }, 10).await;
    // The text twice, and what is around it.
    let each = 256 + 2 * tokens[0].len();
    check(TokenCacheLimits { entries: 1000, bytes: 20 * each }, 20).await;
}

#[tokio::test]
async fn in_logs_it_is_a_number() {
    let gate = Gate::start().await;
    gate.check_good("a token", gate.token().text()).await;
    let shown = format!("{:?}", gate.verifier);
    assert!(shown.contains("TokenCache { entries: 1 }"), "{shown}");
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let gate = Gate::start().await;
    let builder = || gate.issuer.builder();
    let off = [
        builder().without_token_cache(),
        builder().token_cache(TokenCacheLimits { entries: 0, bytes: 1000 }),
        builder().token_cache(TokenCacheLimits { entries: 10, bytes: 0 }),
    ];
    let token = Token::good(&gate.issuer.url).text();
    for verifier in off.map(|builder| builder.build().unwrap()) {
        for _ in 0..2 {
            assert!(verifier.verify_at(&token, NOW).await.is_ok());
        }
        assert_eq!(verifier.remembered_tokens(), 0);
    }
}
