//! Orders per second, durable, beside the same number of bare single-row transactions on the same database.
//!
//! `cargo bench -p api --bench orders` prints both and their ratio, for SQLite and for PostgreSQL. An order goes
//! the whole way: HTTP, token, key, cart, stock, two lines, commit. A bare transaction is one `INSERT` of one
//! row, committed, by the same driver over as many connections as the API may have: what the disk and the
//! database allow at best.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it is")]

mod bare;
#[path = "../../tests/cluster/mod.rs"]
#[expect(dead_code, reason = "the tests of the whole API use the rest of it")]
mod cluster;
mod shop;

use std::process::ExitCode;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::cluster::Cluster;
use crate::shop::Shop;

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
    let shop = Shop::open(url).await;
    let bare = bare::Table::create(url).await;
    let (mut orders_per_second, mut rows_per_second) = (0.0_f64, 0.0_f64);
    for round in 0..ROUNDS {
        let checkouts = shop.fill_carts(round, ORDERS).await;
        orders_per_second =
            orders_per_second.max(rate(checkouts.into_iter().map(|checkout| checkout.place())).await);
        rows_per_second = rows_per_second.max(rate((0..ORDERS).map(|_| bare.insert())).await);
    }
    let ratio = orders_per_second / rows_per_second;
    println!(
        "{name}: {orders_per_second:.0} orders/s, {rows_per_second:.0} bare transactions/s, ratio {ratio:.2}"
    );
    shop.close().await;
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
