//! How keys are fetched while all is well: how often, when, and by whom.

use std::sync::Arc;
use std::time::Duration;

use okta_jwt::{Refusal, Verifier, VerifyError};
use tokio::sync::Notify;

use crate::issuer::{Answer, FakeIssuer, KEYS, METADATA, jwks};
use crate::look::{at_once, issuer_of, keys_of};
use crate::signer::{FIRST, SECOND, STRANGER, Signer};
use crate::token::{NOW, Token};

/// Moves the clock of this test's runtime; I/O goes on afterwards in real time.
pub(crate) async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

pub(crate) const SECOND_OF_TIME: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn present(verifier: &Verifier, signer: &'static Signer) -> Result<(), VerifyError> {
    let token = Token::good(issuer_of(verifier)).signed_by(signer);
    verifier.verify_at(&token.text(), NOW).await.map(drop)
}

pub(crate) fn unknown() -> Result<(), VerifyError> {
    Err(Refusal::KeyUnknown.into())
}

#[tokio::test]
async fn the_metadata_says_where_the_keys_are_and_is_read_once() {
    let issuer = FakeIssuer::start(&[]).await;
    let odd = issuer.url.replace("/oauth2/default", "/odd/place?of=keys");
    issuer.metadata(&issuer.url, &odd);
    issuer.answer("/odd/place?of=keys", Answer::Say(200, "", jwks(&[&FIRST]).to_string()));
    let verifier = issuer.verifier();
    for _ in 0..10 {
        assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    }
    assert_eq!(
        (issuer.asked_for(METADATA), issuer.asked_for("/odd/place?of=keys"), issuer.asked_for(KEYS)),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn a_configured_address_needs_no_metadata() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.builder().key_set_url(format!("{}/v1/keys", issuer.url)).build().unwrap();
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    assert_eq!((issuer.asked_for(METADATA), issuer.asked_for(KEYS)), (0, 1));
}

#[tokio::test]
async fn many_who_come_first_share_one_fetch() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    let token = Token::good(&issuer.url).text();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.verify_at(&token, NOW).await.map(drop) })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
    assert_eq!(issuer.asked_for(KEYS), 1);
}

#[tokio::test]
async fn a_new_key_is_found_at_once_and_the_old_one_stays_good() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    issuer.publish(&[&FIRST, &SECOND]);
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    assert_eq!(issuer.asked_for(KEYS), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_names_makes_one_fetch_in_a_cool_down_and_a_new_key_comes_through() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    let flood = async |verifier: &Verifier| {
        let tasks: Vec<_> = (0..500)
            .map(|i| {
                let (verifier, url) = (verifier.clone(), issuer.url.clone());
                tokio::spawn(async move {
                    let token = Token::good(&url).signature(|_| vec![7; 256]).header("kid", format!("k{i}"));
                    verifier.verify_at(&token.text(), NOW).await.map(drop)
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), unknown());
        }
    };
    flood(&verifier).await;
    assert_eq!(issuer.asked_for(KEYS), 2);

    issuer.publish(&[&FIRST, &SECOND]);
    assert_eq!(present(&verifier, &SECOND).await, unknown(), "within the cool-down");
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    pass(30 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
    flood(&verifier).await;
    assert_eq!(issuer.asked_for(KEYS), 3);
}

#[tokio::test]
async fn a_set_is_fetched_anew_in_the_background_before_it_is_old() {
    let issuer = FakeIssuer::start(&[]).await;
    issuer.publish_for(&[&FIRST, &STRANGER], "Cache-Control: max-age=7200, must-revalidate\r\n");
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    pass(2 * HOUR - 31 * SECOND_OF_TIME).await;
    assert_eq!(present(&verifier, &FIRST).await, Ok(()));
    assert_eq!(issuer.asked_for(KEYS), 1);

    issuer.publish(&[&SECOND]);
    pass(2 * SECOND_OF_TIME).await;
    issuer.until_asked(KEYS, 2).await;
    until_renewed(&verifier).await;
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
    assert_eq!(present(&verifier, &FIRST).await, unknown(), "what the issuer withdrew is gone");
}

#[tokio::test]
async fn who_joins_a_fetch_that_began_too_early_gets_one_of_its_own() {
    let issuer = FakeIssuer::start(&[]).await;
    let release = Arc::new(Notify::new());
    issuer.answer(KEYS, Answer::Hold(Arc::clone(&release), jwks(&[&FIRST]).to_string()));
    let verifier = issuer.verifier();
    let come = |signer| {
        let verifier = verifier.clone();
        tokio::spawn(async move { present(&verifier, signer).await })
    };
    let (first, second) = (come(&FIRST), come(&SECOND));
    issuer.until_asked(KEYS, 1).await;
    issuer.publish(&[&FIRST, &SECOND]);
    release.notify_one();
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(()), Ok(())));
    assert_eq!(issuer.asked_for(KEYS), 2);
}

#[tokio::test]
async fn a_set_that_is_fresh_for_less_long_than_the_last_is_renewed_in_time() {
    let issuer = FakeIssuer::start(&[]).await;
    issuer.publish_for(&[&FIRST], "Cache-Control: max-age=86400\r\n");
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    // Okta shortens the time before it changes its keys.
    issuer.publish_for(&[&FIRST, &SECOND], "Cache-Control: max-age=60\r\n");
    assert_eq!(present(&verifier, &SECOND).await, Ok(()));
    pass(31 * SECOND_OF_TIME).await;
    issuer.until_asked(KEYS, 3).await;
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_no_fetch_with_it() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    issuer.answer(METADATA, Answer::Hang);
    let verifier = issuer.verifier();
    let caller = tokio::spawn({
        let verifier = verifier.clone();
        async move { present(&verifier, &FIRST).await }
    });
    issuer.until_asked(METADATA, 1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());

    // The fetch goes on, fails at its limit of time, and the next one succeeds without anybody asking.
    issuer.metadata(&issuer.url, &format!("{}/v1/keys", issuer.url));
    pass(6 * SECOND_OF_TIME).await;
    until(&verifier, |verifier| keys_of(verifier).failures == 1).await;
    pass(2 * SECOND_OF_TIME).await;
    until(&verifier, Verifier::is_ready).await;
}

#[tokio::test]
async fn fetching_ends_with_the_last_verifier() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let (verifier, other) = (issuer.verifier(), issuer.verifier());
    verifier.warm().await.unwrap();
    drop(verifier);
    until(&other, |_| tasks() == before).await;
    pass(HOUR).await;
    assert_eq!(issuer.asked_for(KEYS), 1);
}

/// As where an app warms the verifier up before its server's runtime is there.
#[tokio::test]
async fn fetching_goes_on_where_the_runtime_that_it_began_on_has_ended() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    let warmed = {
        let verifier = verifier.clone();
        move || tokio::runtime::Runtime::new().unwrap().block_on(verifier.warm())
    };
    tokio::task::spawn_blocking(move || std::thread::spawn(warmed).join().unwrap()).await.unwrap().unwrap();
    let token = Token::good(&issuer.url).signed_by(&FIRST).text();
    let present_at_once = || at_once(&verifier, &token, NOW).map(|verdict| verdict.map(drop));
    pass(HOUR).await;
    assert_eq!(present_at_once(), Some(Ok(())), "nobody waits for a key that is known");
    until_renewed(&verifier).await;
    assert_eq!(issuer.asked_for(KEYS), 2);
    assert_eq!(present_at_once(), Some(Ok(())));
}

/// Waits for something to become true of a verifier, without a pause but with a deadline.
pub(crate) async fn until(verifier: &Verifier, condition: impl Fn(&Verifier) -> bool) {
    let reached = async {
        while !condition(verifier) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.expect("it did not come about");
}

/// Waits until the set in use is one of the last seconds.
pub(crate) async fn until_renewed(verifier: &Verifier) {
    until(verifier, |verifier| keys_of(verifier).age.is_some_and(|age| age < SECOND_OF_TIME)).await;
}
