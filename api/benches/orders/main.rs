//! Orders per second, durable, beside the same number of bare single-row transactions on the same database.
//!
//! `cargo bench -p api -F bench --bench orders` prints both and their ratio, for SQLite and for PostgreSQL. An order
//! is the whole checkout: key, cart, stock, two lines, commit. A bare transaction is one `INSERT` of one row, committed.
//! Both are as durable, come from as many tasks at a time, and have the same driver and as many connections: what
//! is compared is what is done to the database. Orders over HTTP, of people who have looked at their carts, are
//! printed as well; there the client, tokens and JSON take their part of the processor. At the end the shop has half a
//! million orders behind it, and more come as quickly.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it is")]

#[path = "../address/mod.rs"]
mod address;
mod bare;
mod buyers;
#[path = "../../tests/cluster/mod.rs"]
#[expect(dead_code, reason = "the tests of the whole API use the rest of it")]
mod cluster;
#[path = "../figures/mod.rs"]
mod figures;
#[path = "../soak/http.rs"]
#[expect(dead_code, clippy::disallowed_methods, reason = "the soak uses the rest of it, and its clock")]
mod http;
mod past;
mod products;
mod server;
#[path = "../settings/mod.rs"]
mod settings;

use std::process::ExitCode;

use api::{Limits, Till};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::buyers::Buyers;
use crate::cluster::Cluster;
use crate::figures::{figure, outcome};
use crate::server::Server;

/// Connections to the database: as many as the API has by default.
pub(crate) const CONNECTIONS: u32 = 10;
/// Orders of one round; as many buyers as fit are busy at a time.
const ORDERS: usize = 600;
const BUYERS: usize = 32;
/// Rounds of each kind, in turn: the machine's moods meet both.
const ROUNDS: usize = 5;
/// What the shop promises.
const LEAST_RATIO: f64 = 0.7;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
    outcome(&[
        measure("SQLite", &sqlite).await,
        measure("PostgreSQL", &Cluster::own().database().await).await,
    ])
}

/// Prints the median of each kind; whether the ratios are what the shop promises.
async fn measure(name: &str, url: &str) -> bool {
    assert_eq!(Limits::default().database_connections.get(), CONNECTIONS);
    let buyers = Buyers::gather().await;
    let till = Till::open(url, CONNECTIONS, &products::seed_file()).await.unwrap();
    let bare = bare::Table::create(url).await;
    let server = Server::start(&buyers.org, url).await;
    let (mut orders, mut rows, mut over_http) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let people = buyers.with_full_carts(&till, &format!("d{round:08}"), ORDERS).await;
        orders.push(rate(people.into_iter().map(|buyer| place(&till, buyer))).await);
        rows.push(rate((0..ORDERS).map(|_| bare.insert())).await);
        let people = buyers.with_full_carts(&till, &format!("h{round:08}"), ORDERS).await;
        for buyer in &people {
            server.look(buyer).await;
        }
        over_http.push(rate(people.iter().map(|buyer| server.order(buyer))).await);
    }
    past::add(url).await;
    let (mut later, mut later_rows) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let people = buyers.with_full_carts(&till, &format!("p{round:08}"), ORDERS).await;
        later.push(rate(people.into_iter().map(|buyer| place(&till, buyer))).await);
        later_rows.push(rate((0..ORDERS).map(|_| bare.insert())).await);
    }
    let line = |what: &str, of: &[f64]| {
        figure(&format!("{name}: {what}"), "per s", of.iter().copied(), ..);
    };
    line("orders", &orders);
    line("bare transactions", &rows);
    line("orders over HTTP", &over_http);
    let ratio = |what: &str, of: &[f64], goal| {
        let beside = of.iter().zip(&rows).map(|(orders, rows)| orders / rows);
        figure(&format!("{name}: {what} / bare transactions"), "", beside, goal)
    };
    let good = ratio("orders", &orders, LEAST_RATIO..);
    let good_over_http = ratio("orders over HTTP", &over_http, LEAST_RATIO..);
    let growth = later.iter().zip(&later_rows).zip(orders.iter().zip(&rows));
    let growth = growth.map(|((later, later_rows), (orders, rows))| (later / later_rows) / (orders / rows));
    let what = format!("{name}: orders after {} others / orders", past::ORDERS);
    let good_later = figure(&what, "", growth, LEAST_RATIO..);
    server.stop().await;
    till.close().await;
    buyers.org.stop().await;
    good && good_over_http && good_later
}

async fn place(till: &Till, buyer: buyers::Buyer) {
    till.place(&buyer.subject, "k", buyer.order).await.unwrap();
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
