//! Okta's Universal Logout: the org tells one replica whose tokens are to end, and all of them refuse these, after a restart
//! as well.

use std::time::Duration;

use okta_actix::Issuer;
use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};
use shared::paths;
use tokio::time::Instant;

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::outage::Holder;
use crate::shop::{Api, Client, Shop};

on_both_databases!(
    every_replica_refuses_the_tokens_within_a_second,
    a_replica_that_starts_later_refuses_them_too,
    a_database_that_is_away_is_told_to_the_org,
);

/// As many as there are in a second, and some.
const DEADLINE: Duration = Duration::from_secs(1);

/// A replica that obeys the org. The shop's own does not.
async fn replica(shop: &Shop) -> Api {
    let org = Issuer::parse(shop.org.base_url()).unwrap();
    shop.replica(|settings| settings.universal_logout_org = Some(org)).await
}

/// A request of the org to end these people's tokens, at the address that the API knows as its own.
fn message(org: &RunningOrg, api: &Client, jti: &str) -> String {
    let now = org.now().0;
    let aud = api.url(paths::GLOBAL_TOKEN_REVOCATION);
    let claims = json!({"jti": jti, "iss": org.base_url(), "aud": aud, "iat": now, "exp": now + 300});
    org.sign_revocation_request(&claims)
}

async fn revoke(shop: &Shop, api: &Client, subject: Value) -> Answer {
    let message = message(&shop.org, api, &subject.to_string().replace('"', ""));
    api.send(Method::POST, paths::GLOBAL_TOKEN_REVOCATION, &message, &json!({"sub_id": subject})).await
}

async fn status(api: &Client, token: &str) -> u16 {
    api.get_as(token, paths::ORDERS).await.status
}

async fn every_replica_refuses_the_tokens_within_a_second(shop: Shop) {
    let (first, second) = (replica(&shop).await, replica(&shop).await);
    let (alice, bob, carol) = (shop.someone("00uAlice"), shop.someone("00uBob"), shop.someone("00uCarol"));
    for api in [&first, &second] {
        for token in [&alice, &bob, &carol] {
            assert_eq!(status(api, token).await, 200);
        }
    }
    let iss = shop.org.base_url().to_owned();
    for (api, other, token, id) in [(&first, &second, &alice, "00uAlice"), (&second, &first, &bob, "00uBob")]
    {
        revoke(&shop, api, json!({"format": "iss_sub", "iss": iss, "sub": id})).await.expect(204);
        let told = Instant::now();
        assert_eq!(status(api, token).await, 401);
        while status(other, token).await != 401 {
            assert!(told.elapsed() < DEADLINE, "the other replica still takes it");
        }
        assert_eq!(status(api, &carol).await, 200);
    }
    first.stop().await;
    second.stop().await;
    shop.close().await;
}

async fn a_replica_that_starts_later_refuses_them_too(shop: Shop) {
    let first = replica(&shop).await;
    let token = shop.alice();
    revoke(&shop, &first, json!({"format": "email", "email": "Alice@example.com"})).await.expect(204);
    // The same news again, in another form.
    let again = revoke(&shop, &first, json!({"format": "email", "email": "ALICE@example.com"})).await;
    again.expect(204);
    first.stop().await;
    let later = replica(&shop).await;
    assert_eq!(status(&later, &token).await, 401);
    shop.org.advance_clock(Duration::from_secs(2));
    assert_eq!(status(&later, &shop.alice()).await, 200, "whoever signs in again is let in");
    later.stop().await;
    shop.close().await;
}

/// The org has to send it again: else only this replica would know.
async fn a_database_that_is_away_is_told_to_the_org(shop: Shop) {
    let api = replica(&shop).await;
    let holder = Holder::hold(&shop.database_url, "LOCK TABLE revocations").await;
    let subject = json!({"format": "opaque", "id": "00uAlice"});
    assert_eq!(revoke(&shop, &api, subject.clone()).await.expect(503).code(), "unavailable");
    holder.release().await;
    revoke(&shop, &api, subject).await.expect(204);
    api.stop().await;
    shop.close().await;
}

#[tokio::test]
async fn without_an_org_that_may_there_is_no_such_address() {
    let shop = Shop::open().await;
    let token = shop.alice();
    let subject = json!({"format": "opaque", "id": "00uAlice"});
    revoke(&shop, &shop.api, subject).await.expect(404);
    assert_eq!(status(&shop.api, &token).await, 200);
    let answer = shop.api.get(paths::GLOBAL_TOKEN_REVOCATION).await;
    answer.expect(405);
    shop.close().await;
}
