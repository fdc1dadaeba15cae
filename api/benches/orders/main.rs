//! Orders per second, durable, beside the same number of bare single-row transactions on the same database.
//!
//! `cargo bench -p api -F bench --bench orders` prints both and their ratio, for SQLite and for PostgreSQL. An order
//! is the whole checkout: key, cart, stock, two lines, commit. A bare transaction is one `INSERT` of one row, committed.
//! Both are as durable, come from as many tasks at a time, and have the same driver and as many connections: what
//! is compared is what is done to the database. Orders over HTTP are printed as well; there the client, tokens
//! and JSON take their part of the processor.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it is")]

mod bare;
mod buyers;
#[path = "../../tests/cluster/mod.rs"]
#[expect(dead_code, reason = "the tests of the whole API use the rest of it")]
mod cluster;
mod products;
mod server;

use std::process::ExitCode;

use api::{Limits, Till};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::buyers::Buyers;
use crate::cluster::Cluster;
use crate::server::Server;

/// Connections to the database: as many as the API has by default.
pub(crate) const CONNECTIONS: u32 = 10;
/// Orders of one round; as many buyers as fit are busy at a time.
const ORDERS: usize = 600;
const BUYERS: usize = 32;
/// Rounds of each kind, in turn: the machine's moods meet both.
const ROUNDS: usize = 5;
/// What the shop promises.
const LEAST_RATIO: f64 = 0.5;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
    let good =
        [measure("SQLite", &sqlite).await, measure("PostgreSQL", &Cluster::own().database().await).await];
    if good.iter().all(|good| *good) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the best round of each kind; whether the ratio is what the shop promises.
async fn measure(name: &str, url: &str) -> bool {
    assert_eq!(Limits::default().database_connections.get(), CONNECTIONS);
    let buyers = Buyers::gather().await;
    let till = Till::open(url, CONNECTIONS, &products::seed_file()).await.unwrap();
    let bare = bare::Table::create(url).await;
    let server = Server::start(&buyers.org, url).await;
    let (mut orders, mut rows, mut over_http) = (0.0_f64, 0.0_f64, 0.0_f64);
    for round in 0..ROUNDS {
        let people = buyers.with_full_carts(&till, &format!("d{round:08}"), ORDERS).await;
        let place = |buyer: buyers::Buyer| {
            let till = &till;
            async move { till.place(&buyer.subject, "k", buyer.order).await.unwrap() }
        };
        orders = orders.max(rate(people.into_iter().map(place)).await);
        rows = rows.max(rate((0..ORDERS).map(|_| bare.insert())).await);
        let people = buyers.with_full_carts(&till, &format!("h{round:08}"), ORDERS).await;
        over_http = over_http.max(rate(people.iter().map(|buyer| server.order(buyer))).await);
    }
    let ratio = orders / rows;
    println!(
        "{name}: {orders:.0} orders/s, {rows:.0} bare transactions/s, ratio {ratio:.2} \
         (over HTTP {over_http:.0} orders/s, ratio {:.2})",
        over_http / rows
    );
    server.stop().await;
    till.close().await;
    buyers.org.stop().await;
    ratio >= LEAST_RATIO
}

/// How many a second, with so many busy at a time.
async fn rate<F: Future<Output = ()>>(work: impl Iterator<Item = F>) -> f64 {
    let mut queues: Vec<Vec<F>> = (0..BUYERS).map(|_| Vec::new()).collect();
    for (i, item) in work.enumerate() {
        queues[i % BUYERS].push(item);
    }
    let started = Instant::now();
    join_all(queues.into_iter().map(|queue| async {
        for item in queue {
            item.await;
        }
    }))
    .await;
    ORDERS as f64 / started.elapsed().as_secs_f64()
}
