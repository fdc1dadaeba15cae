//! Several replicas with one Redis: what one has seen all know, and what they do without it is what was chosen.

use std::num::NonZeroU32;
use std::time::Duration;

use api::Outage;
use okta_types::{AuthScheme, Challenge, HttpUrl};
use reqwest::Method;
use shared::paths;
use tokio::time::{Instant, sleep};

use crate::answer::Answer;
use crate::prover::{ALICE, claims};
use crate::redis_server::RedisServer;
use crate::shop::{Api, Shop};

/// Where clients find all of them.
const PUBLIC: &str = "https://shop.example.com";

/// How long replicas may take to notice that their store is there again.
const TIMEOUT: Duration = Duration::from_secs(10);

struct Pair {
    shop: Shop,
    redis: RedisServer,
    replicas: [Api; 2],
    token: String,
}

impl Pair {
    async fn open(per_minute: u32, proofs: Outage, limits: Outage) -> Self {
        let (shop, redis) = (Shop::open().await, RedisServer::start().await);
        let replica = async || {
            shop.replica(|settings| {
                settings.replicas.redis_url = Some(redis.url());
                settings.replicas.proofs_in_outage = proofs;
                settings.replicas.limits_in_outage = limits;
                settings.limits.requests_per_minute = NonZeroU32::new(per_minute).unwrap();
                settings.proofs.public_urls = vec![HttpUrl::parse(PUBLIC).unwrap()];
            })
            .await
        };
        let replicas = [replica().await, replica().await];
        let token = shop.org.mint_access_token(|claims| {
            claims.insert("cnf".to_owned(), ALICE.cnf());
        });
        Self { shop, redis, replicas, token }
    }

    /// A request with the proof of this name.
    async fn show(&self, replica: usize, jti: &str) -> Answer {
        let htu = format!("{PUBLIC}{}", paths::WHOAMI);
        let proof = ALICE.prove(&claims(jti, "GET", &htu, &self.token, self.shop.org.now()));
        let request = self.replicas[replica].request(Method::GET, paths::WHOAMI);
        let request = request.header("Authorization", format!("DPoP {}", self.token)).header("DPoP", proof);
        Answer::read(request.send().await.unwrap()).await
    }

    /// The name of a proof that this replica has let in, once it has found its store again.
    async fn let_in(&self, replica: usize) -> String {
        let begun = Instant::now();
        for number in 0.. {
            let jti = format!("{number} at {replica}");
            if self.show(replica, &jti).await.status == 200 {
                return jti;
            }
            assert!(begun.elapsed() < TIMEOUT, "the replica does not find its store again");
            sleep(Duration::from_millis(50)).await;
        }
        unreachable!("there are numbers enough")
    }

    async fn ask(&self, replica: usize, token: &str) -> Answer {
        self.replicas[replica].get_as(token, paths::WHOAMI).await
    }

    /// Whether a replica says that its store answers.
    async fn is_up(&self, replica: usize) -> bool {
        let metrics = self.replicas[replica].metrics().await;
        metrics.lines().any(|line| line == "grove_shared_store_up 1")
    }

    async fn close(self) {
        for replica in self.replicas {
            replica.stop().await;
        }
        self.shop.close().await;
    }
}

#[track_caller]
fn is_replay(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    let challenge = Challenge::find(answer.header("www-authenticate").unwrap(), AuthScheme::DPoP).unwrap();
    assert!(challenge.error_description.unwrap().contains("used before"), "{answer:?}");
}

#[track_caller]
fn is_for_later(answer: Answer) {
    let answer = answer.expect(503);
    assert_eq!((answer.code().as_str(), answer.header("retry-after").is_some()), ("unavailable", true));
}

#[tokio::test]
async fn a_proof_that_one_replica_has_seen_is_used_at_all_of_them() {
    let pair = Pair::open(600, Outage::Closed, Outage::Open).await;
    for (first, second) in [(0, 1), (1, 0)] {
        let jti = format!("at {first}");
        pair.show(first, &jti).await.expect(200);
        is_replay(&pair.show(second, &jti).await);
        is_replay(&pair.show(first, &jti).await);
    }
    pair.show(0, "another").await.expect(200);
    assert!(pair.is_up(0).await && pair.is_up(1).await);
    pair.close().await;
}

#[tokio::test]
async fn of_one_proof_at_many_replicas_at_once_one_is_let_in() {
    let pair = Pair::open(600, Outage::Closed, Outage::Open).await;
    for round in 0..20 {
        let jti = format!("round {round}");
        let (first, second) = tokio::join!(pair.show(0, &jti), pair.show(1, &jti));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }
    pair.close().await;
}

#[tokio::test]
async fn a_person_has_one_allowance_at_all_replicas_together() {
    let pair = Pair::open(10, Outage::Closed, Outage::Open).await;
    let (alice, bob) = (pair.shop.alice(), pair.shop.bob());
    for request in 0..10_u32 {
        let answer = pair.ask(usize::from(request % 2 == 1), &alice).await.expect(200);
        let left = 9 - request;
        let told = answer.header("ratelimit").unwrap();
        assert!(told.starts_with(&format!("\"person\";r={left};t=")), "{told} after {request}");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"person\";q=10;w=60"));
    }
    for replica in [0, 1] {
        let refused = pair.ask(replica, &alice).await.expect(429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=7).contains(&wait), "six seconds for each of ten: {wait}");
    }
    pair.ask(0, &bob).await.expect(200);
    pair.close().await;
}

#[tokio::test]
async fn without_the_store_each_use_does_what_was_chosen_and_says_so() {
    let mut pair = Pair::open(5, Outage::Closed, Outage::Open).await;
    let alice = pair.shop.alice();
    pair.show(0, "before").await.expect(200);
    pair.redis.kill();
    // Each counts for itself: five here and five there.
    for replica in [0, 1] {
        for _ in 0..5 {
            pair.ask(replica, &alice).await.expect(200);
        }
        pair.ask(replica, &alice).await.expect(429);
        assert!(!pair.is_up(replica).await);
    }
    is_for_later(pair.show(0, "during").await);
    // What was seen here is known here.
    is_replay(&pair.show(0, "before").await);
    pair.redis.start_again().await;
    let seen = [pair.let_in(0).await, pair.let_in(1).await];
    assert!(pair.is_up(0).await && pair.is_up(1).await);
    is_replay(&pair.show(1, &seen[0]).await);
    is_replay(&pair.show(0, &seen[1]).await);
    pair.close().await;
}

#[tokio::test]
async fn the_other_choices_are_kept_as_well() {
    let mut pair = Pair::open(600, Outage::Open, Outage::Open).await;
    pair.redis.kill();
    pair.show(0, "1").await.expect(200);
    pair.show(1, "1").await.expect(200);
    is_replay(&pair.show(0, "1").await);
    pair.close().await;

    let mut pair = Pair::open(600, Outage::Closed, Outage::Closed).await;
    let alice = pair.shop.alice();
    pair.ask(0, &alice).await.expect(200);
    pair.redis.kill();
    is_for_later(pair.ask(0, &alice).await);
    // What is open stays open.
    pair.replicas[0].get(paths::PRODUCTS).await.expect(200);
    pair.close().await;
}

/// Worse than one that is gone: it takes the question.
#[tokio::test]
async fn a_store_that_hangs_costs_one_request_its_patience_and_the_next_ones_nothing() {
    let pair = Pair::open(600, Outage::Closed, Outage::Open).await;
    let alice = pair.shop.alice();
    pair.ask(0, &alice).await.expect(200);
    pair.redis.signal("-STOP");
    let begun = Instant::now();
    for _ in 0..20 {
        pair.ask(0, &alice).await.expect(200);
    }
    // Twenty requests that waited would take five seconds.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    pair.redis.signal("-CONT");
    pair.close().await;
}
