//! The shop on several machines under load, while they fail one after the other: no order is lost or doubled, and what fails
//! succeeds when it is sent again.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use e2e::evidence::Secrets;
use futures_util::future::join_all;
use okta_local::RunningOrg;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::paths;
use tokio::time::{Instant, sleep};
use xtask::cluster::{Cluster, REPLICAS};
use xtask::stack::{Listeners, Ports};

/// People who buy at the same time.
const SHOPPERS: u32 = 8;

/// How long a shopper tries: a database that restarts is away for some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What everybody sees of it.
struct Load<'a> {
    http: Client,
    api: &'a str,
    org: &'a RunningOrg,
    over: AtomicBool,
    /// Orders that were confirmed.
    confirmed: AtomicU32,
    /// Answers that were not what one wants, by status; 0 where there was none.
    failures: Mutex<BTreeMap<u16, u32>>,
}

impl Load<'_> {
    fn token(&self, shopper: u32) -> String {
        self.org.mint_access_token(|claims| {
            claims.insert("uid".to_owned(), format!("00ushopper{shopper:010}").into());
            claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
        })
    }

    fn request(&self, method: Method, path: &str, shopper: u32) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.api));
        // A new one each time: the org changes its keys meanwhile.
        request.bearer_auth(self.token(shopper))
    }

    /// Sends a request again until it is answered, as a client does.
    async fn send(&self, request: impl Fn() -> RequestBuilder) -> (StatusCode, Value) {
        let begun = Instant::now();
        loop {
            let status = match request().send().await {
                Ok(answer) if !answer.status().is_server_error() => {
                    let status = answer.status();
                    // The answer may be cut off; then it counts as none.
                    match answer.json().await {
                        Ok(body) => return (status, body),
                        Err(_) => 0,
                    }
                }
                Ok(answer) => answer.status().as_u16(),
                Err(_) => 0,
            };
            *self.failures.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
            assert!(begun.elapsed() < PATIENCE, "still no answer but {status}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Buys until the load is over; the numbers of what was confirmed.
    async fn shop(&self, shopper: u32) -> Vec<String> {
        let mut numbers = Vec::new();
        while !self.over.load(Ordering::SeqCst) {
            let cart = self.fill(shopper).await;
            let order = json!({
                "cart_version": cart["version"], "expected_total": cart["total"],
                "address": {"name": "A", "street": "1 Mill Lane", "city": "Portland", "region": "Oregon",
                            "postal_code": "97201", "country": "US"},
            });
            let key = format!("{shopper}-{}", numbers.len());
            let place = || {
                let request = self.request(Method::POST, paths::ORDERS, shopper);
                request.header(paths::IDEMPOTENCY_KEY, &key).json(&order)
            };
            let (status, placed) = self.send(place).await;
            assert_eq!(status, 201, "{placed}");
            self.confirmed.fetch_add(1, Ordering::SeqCst);
            numbers.push(placed["number"].as_str().unwrap().to_owned());
        }
        numbers
    }

    /// One sapling in the cart, whatever was in it.
    async fn fill(&self, shopper: u32) -> Value {
        loop {
            let (_, cart) = self.send(|| self.request(Method::GET, paths::CART, shopper)).await;
            let body = json!({"version": cart["version"], "lines": [{"product_id": "apple-sapling", "quantity": 1}]});
            let put = || self.request(Method::PUT, paths::CART, shopper).json(&body);
            match self.send(put).await {
                (StatusCode::OK, cart) => return cart,
                // It was done, and its answer was lost.
                (StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED, _) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits until so many more orders are confirmed.
    async fn goes_on(&self, orders: u32) {
        let (begun, before) = (Instant::now(), self.confirmed.load(Ordering::SeqCst));
        while self.confirmed.load(Ordering::SeqCst) < before + orders {
            assert!(begun.elapsed() < PATIENCE, "the shop does not go on");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// What failed since this was last asked.
    fn take_failures(&self) -> BTreeMap<u16, u32> {
        std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn start() -> Cluster {
    let program = Path::new(env!("CARGO_BIN_EXE_api-in-tests"));
    // Shoppers who would never stop.
    let limits =
        [("ORDERS_PER_HOUR", "100000"), ("STEP_UP_ABOVE", "1000000"), ("REQUESTS_PER_MINUTE", "1000000")];
    Cluster::start(program, &limits, None, Listeners::bind(&Ports::ANY, true).unwrap()).await.unwrap()
}

async fn saplings(api: &str, http: &Client) -> i64 {
    let sapling: Value = http
        .get(format!("{api}{}/apple-sapling", paths::PRODUCTS))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    sapling["stock"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_loses_and_doubles_nothing_while_its_parts_fail() {
    let cluster = start().await;
    let (api, http) = (cluster.api_url().to_owned(), okta_cli::http::loopback());
    let org = cluster.org();
    restock(org, &api, &http).await;
    let before = saplings(&api, &http).await;
    let load = Load {
        http: http.clone(),
        api: &api,
        org,
        over: AtomicBool::new(false),
        confirmed: AtomicU32::new(0),
        failures: Mutex::default(),
    };
    let shopping = join_all((1..=SHOPPERS).map(|shopper| load.shop(shopper)));
    let breaking = async {
        load.goes_on(30).await;
        assert_eq!(load.take_failures(), BTreeMap::new(), "nothing has failed yet");

        cluster.kill_replica(0).await.unwrap();
        load.goes_on(30).await;
        // What was at that process when it was killed, a request for each shopper at most; a connection that cannot be made
        // HAProxy tries elsewhere.
        let killed = load.take_failures();
        assert!(killed.values().sum::<u32>() <= SHOPPERS, "{killed:?}");
        cluster.restart_replica(0).await.unwrap();
        cluster.is_ready(REPLICAS).await.unwrap();

        for replica in 0..REPLICAS {
            cluster.restart_replica(replica).await.unwrap();
            cluster.is_ready(REPLICAS).await.unwrap();
        }
        load.goes_on(30).await;
        println!("rolling restart: {:?}", load.take_failures());

        org.rotate_keys();
        load.goes_on(30).await;
        assert_eq!(load.take_failures(), BTreeMap::new(), "new keys are asked for");

        cluster.crash_postgres().await.unwrap();
        load.goes_on(30).await;
        println!("PostgreSQL: {:?}", load.take_failures());

        cluster.kill_redis().await.unwrap();
        load.goes_on(30).await;
        cluster.start_redis().await.unwrap();
        load.goes_on(30).await;
        assert_eq!(load.take_failures(), BTreeMap::new(), "limits are counted by each process meanwhile");
        load.over.store(true, Ordering::SeqCst);
    };
    let (bought, ()) = tokio::join!(shopping, breaking);

    let confirmed: Vec<&String> = bought.iter().flatten().collect();
    let distinct: HashSet<_> = confirmed.iter().collect();
    assert_eq!(distinct.len(), confirmed.len(), "two orders have one number");
    for (shopper, numbers) in (1..).zip(&bought) {
        assert_eq!(
            orders_of(&load, shopper).await,
            numbers.iter().cloned().collect(),
            "of shopper {shopper}"
        );
    }
    let sold = before - saplings(&api, &http).await;
    assert_eq!(sold, i64::try_from(confirmed.len()).unwrap(), "pieces that are gone");
    no_secret_is_in_the_logs(&cluster);
    cluster.stop().await.unwrap();
}

/// Whom HAProxy names is the client, whatever that says of itself.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_knows_its_clients_behind_the_proxy() {
    let cluster = start().await;
    // All of 127.0.0.0/8 is this machine.
    let client = IpAddr::from([127, 0, 0, 9]);
    let http = Client::builder().no_proxy().local_address(client).build().unwrap();
    let request =
        http.get(format!("{}{}", cluster.api_url(), paths::HELLO)).header("X-Forwarded-For", "203.0.113.7");
    let answer = request.header("Forwarded", "for=203.0.113.8").send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let line = logged(&cluster, &id).await;
    assert_eq!(line["client"], client.to_string(), "{line}");
    cluster.stop().await.unwrap();
}

/// The line of this request, once one of the processes has written it.
async fn logged(cluster: &Cluster, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        for replica in 1..=REPLICAS {
            let log = fs::read_to_string(cluster.folder().join(format!("api-{replica}.log"))).unwrap();
            if let Some(line) = log.lines().find(|line| line.contains(id)) {
                return serde_json::from_str(line).unwrap();
            }
        }
        assert!(begun.elapsed() < PATIENCE, "no process has logged the request");
        sleep(Duration::from_millis(10)).await;
    }
}

/// More pieces than anybody buys.
async fn restock(org: &RunningOrg, api: &str, http: &Client) {
    let staff = org.mint_access_token(|claims| {
        claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
        claims.insert("groups".to_owned(), json!([paths::STAFF_GROUP]));
    });
    let delivery = http.post(format!("{api}{}/apple-sapling{}", paths::STAFF_PRODUCTS, paths::RESTOCK));
    let delivery = delivery.bearer_auth(staff).header(paths::IDEMPOTENCY_KEY, "1");
    assert_eq!(delivery.json(&json!({"pieces": 100_000})).send().await.unwrap().status(), 200);
}

/// The numbers of all of a shopper's orders, page by page.
async fn orders_of(load: &Load<'_>, shopper: u32) -> HashSet<String> {
    let (mut numbers, mut cursor) = (HashSet::new(), String::new());
    loop {
        let path = format!("{}?limit=100{cursor}", paths::ORDERS);
        let (_, page) = load.send(|| load.request(Method::GET, &path, shopper)).await;
        let orders = page["orders"].as_array().unwrap();
        assert!(orders.iter().all(|order| numbers.insert(order["number"].as_str().unwrap().to_owned())));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return numbers,
        }
    }
}

/// Of any of the programs: processes of the API, HAProxy, PostgreSQL, Redis.
fn no_secret_is_in_the_logs(cluster: &Cluster) {
    let secrets = Secrets::of(cluster.org());
    let entries = fs::read_dir(cluster.folder()).unwrap().map(|entry| entry.unwrap().path());
    let logs: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
    assert!(logs.len() >= REPLICAS + 2, "{logs:?}");
    for log in logs {
        let leaks = secrets.leaks(&String::from_utf8_lossy(&fs::read(&log).unwrap()));
        assert!(leaks.is_empty(), "{}: {leaks:#?}", log.display());
    }
}
