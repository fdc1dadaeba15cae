//! The load: shoppers who come, look around, order some times and are followed by others, each on a connection of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shared::paths;
use tokio::task::JoinSet;

use crate::http::{Answer, Connection, address, request};
use crate::people::{People, Person};
use crate::server::Server;

/// Far below what one person may order in an hour.
const ORDERS_OF_A_PERSON: usize = 10;
/// How long a shopper waits who is not let in. The answer asks for two seconds; these are less patient.
const PAUSE: Duration = Duration::from_millis(50);
/// How many tokens the program remembers.
const TOKENS: usize = 10_000;
/// How many people come at a time to show one.
const AT_A_TIME: usize = 16;
/// Steps to the load at which requests are refused.
const STEPS: [usize; 9] = [16, 32, 64, 96, 128, 192, 256, 384, 512];
const STEP: Duration = Duration::from_secs(4);
/// From this part on refusals are no accident.
const SHEDS: f64 = 0.01;

/// Who comes, and what was acknowledged.
pub(crate) struct Load {
    server: SocketAddr,
    pub(crate) people: Arc<People>,
    acknowledged: Mutex<Vec<String>>,
    keys: AtomicU64,
}

/// What a time brought.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Of those who were let in, in microseconds: who only looks, and who changes something.
    pub(crate) reads: Vec<u32>,
    pub(crate) writes: Vec<u32>,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) orders: u64,
    pub(crate) took: Duration,
}

impl Load {
    pub(crate) fn new(server: &Server, people: Arc<People>) -> Self {
        Self { server: server.address, people, acknowledged: Mutex::default(), keys: AtomicU64::new(0) }
    }

    /// The numbers of all orders that were confirmed.
    pub(crate) fn acknowledged(&self) -> Vec<String> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So many shoppers at a time for so long. All that they have begun is ended.
    pub(crate) async fn run(self: &Arc<Self>, shoppers: usize, length: Duration) -> Outcome {
        let begun = Instant::now();
        let mut all = JoinSet::new();
        for number in 0..shoppers {
            let shopper = Shopper::new(Arc::clone(self), number, begun + length);
            all.spawn(shopper.shop());
        }
        let mut whole = Outcome { took: length, ..Outcome::default() };
        while let Some(outcome) = all.join_next().await {
            whole.add(outcome.unwrap());
        }
        whole
    }

    /// Has the program remember as many tokens as it does: a cache that fills is no growth.
    pub(crate) async fn fill_token_cache(self: &Arc<Self>) {
        let mut all = JoinSet::new();
        for number in 0..AT_A_TIME {
            let mut shopper = Shopper::new(Arc::clone(self), number, Instant::now());
            all.spawn(async move {
                for _ in 0..TOKENS / AT_A_TIME {
                    shopper.person = shopper.load.people.next();
                    shopper.asks("GET", paths::WHOAMI, "", "").await;
                }
            });
        }
        while let Some(done) = all.join_next().await {
            done.unwrap();
        }
    }

    /// The fewest shoppers of whom one request in a hundred is refused.
    pub(crate) async fn shedding_point(self: &Arc<Self>) -> usize {
        for shoppers in STEPS {
            let outcome = self.run(shoppers, STEP).await;
            if outcome.refused() >= SHEDS {
                return shoppers;
            }
        }
        panic!("nothing was refused to {} shoppers at a time: the load is too small", STEPS[STEPS.len() - 1]);
    }
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
        self.orders += other.orders;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }

    /// Which part of the requests.
    fn refused(&self) -> f64 {
        let all: u64 = self.statuses.values().sum();
        self.statuses.get(&503).copied().unwrap_or(0) as f64 / all.max(1) as f64
    }

    /// Of a hundred of those who were let in, ninety-nine waited no longer.
    pub(crate) fn p99(&self) -> Duration {
        p99(&[&self.reads[..], &self.writes].concat())
    }
}

/// Of these, in microseconds.
pub(crate) fn p99(waits: &[u32]) -> Duration {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    Duration::from_micros(sorted.get(sorted.len() * 99 / 100).copied().unwrap_or(0).into())
}

/// One at a time on a connection.
struct Shopper {
    load: Arc<Load>,
    connection: Connection,
    person: Person,
    until: Instant,
    product: &'static str,
    outcome: Outcome,
}

/// What one looks at before one buys.
const WINDOW: [&str; 3] =
    [paths::PRODUCTS, "/api/products?search=tomato", "/api/products?sort=price&limit=4"];
const PRODUCTS: [&str; 8] =
    ["chive", "pea", "tomato", "basil", "carrot", "sunflower", "lavender", "beetroot"];

impl Shopper {
    fn new(load: Arc<Load>, number: usize, until: Instant) -> Self {
        let connection = Connection::new(load.server, address(1, number));
        let person = load.people.next();
        let product = PRODUCTS[number % PRODUCTS.len()];
        Self { load, connection, person, until, product, outcome: Outcome::default() }
    }

    async fn shop(mut self) -> Outcome {
        while Instant::now() < self.until {
            self.person = self.load.people.next();
            for order in 0..ORDERS_OF_A_PERSON {
                if Instant::now() >= self.until {
                    break;
                }
                self.look_around().await;
                if order == ORDERS_OF_A_PERSON / 2 {
                    self.load.people.renew(&mut self.person);
                }
                self.buy().await;
            }
        }
        self.outcome
    }

    async fn look_around(&mut self) {
        for path in WINDOW {
            self.asks("GET", path, "", "").await;
        }
        let product = format!("{}/{}", paths::PRODUCTS, self.product);
        self.asks("GET", &product, "", "").await;
        self.asks("GET", paths::WHOAMI, "", "").await;
    }

    /// Fills the cart and orders it.
    async fn buy(&mut self) {
        let cart = self.fill().await;
        let order = json!({
            "cart_version": cart["version"], "expected_total": cart["total"],
            "address": {"name": "A", "street": "1 Mill Lane", "city": "Portland", "region": "Oregon",
                        "postal_code": "97201", "country": "US"},
        });
        let key = self.load.keys.fetch_add(1, Ordering::Relaxed);
        let key = format!("{}: soak-{key}\r\n", paths::IDEMPOTENCY_KEY);
        let mut placed = self.asks("POST", paths::ORDERS, &key, &order.to_string()).await;
        // The connection ended while it was being placed, and it still is.
        while placed.body["code"] == "idempotency_key_in_use" {
            tokio::time::sleep(PAUSE).await;
            placed = self.asks("POST", paths::ORDERS, &key, &order.to_string()).await;
        }
        assert_eq!(placed.status, 201, "{}", placed.body);
        self.outcome.orders += 1;
        let number = placed.body["number"].as_str().unwrap().to_owned();
        self.load.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(number);
    }

    /// One piece, whatever was in it.
    async fn fill(&mut self) -> Value {
        loop {
            let cart = self.asks("GET", paths::CART, "", "").await.body;
            let lines = json!([{"product_id": self.product, "quantity": 1}]);
            let body = json!({"version": cart["version"], "lines": lines}).to_string();
            let put = self.asks("PUT", paths::CART, "", &body).await;
            match put.status {
                200 => return put.body,
                // It was done, and its answer was lost.
                409 | 412 => {}
                other => panic!("{other}: {}", put.body),
            }
        }
    }

    /// Asks until it is let in.
    async fn asks(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        loop {
            let headers = [&self.person.authorization, headers].concat();
            let answer = self.connection.send(&request(method, path, &headers, body)).await;
            let status = answer.as_ref().map_or(0, |answer| answer.status);
            *self.outcome.statuses.entry(status).or_default() += 1;
            match answer {
                Some(answer) if answer.status < 500 => {
                    let waits =
                        if method == "GET" { &mut self.outcome.reads } else { &mut self.outcome.writes };
                    waits.push(u32::try_from(answer.took.as_micros()).unwrap_or(u32::MAX));
                    return answer;
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}
