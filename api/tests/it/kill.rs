//! `kill -9` in the middle of checkouts: what was confirmed is there, what was not is retried, and nothing is
//! sold twice or lost.

use std::time::Duration;

use serde_json::Value;
use shared::{Order, OrderPage, ProductPage, paths};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::database::Database;
use crate::program::Program;
use crate::shop::{Client, Shop, lines, order_of};

/// The variable that asks for more rounds than a run on every change has time for.
const ROUNDS: &str = "KILL_ROUNDS";
const FEW_ROUNDS: u32 = 30;

/// Pieces of each product at the start.
const STOCK: u32 = 10_000;

#[tokio::test]
async fn a_kill_during_a_checkout_on_sqlite_loses_and_doubles_nothing() {
    let shop = Shop::open_on(Database::Sqlite).await;
    let url = shop.database_url.clone();
    let folder = survive(shop).await;
    let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(verdict, "ok");
    connection.close().await.unwrap();
    drop(folder);
}

#[tokio::test]
async fn a_kill_during_a_checkout_on_postgresql_loses_and_doubles_nothing() {
    survive(Shop::open_on(Database::Postgres).await).await;
}

/// What a client keeps of its checkout while the server is killed.
struct Checkout {
    key: String,
    body: Value,
    answer: Option<Order>,
}

async fn survive(shop: Shop) -> tempfile::TempDir {
    shop.sell(&[("spade", 1999, STOCK), ("twine", 250, STOCK)]);
    let (alice, staff) = (shop.alice(), shop.staff());
    let program = || shop.program();
    let rounds = std::env::var(ROUNDS).map_or(FEW_ROUNDS, |text| text.parse().expect(ROUNDS));
    let mut confirmed: Vec<Order> = Vec::new();
    let mut running = Program::spawn(quick(program()), &shop.org);
    let mut died_before_the_answer = 0;
    for round in 0..rounds {
        let checkout = begin_and_kill(running, &alice, round).await;
        died_before_the_answer += u32::from(checkout.answer.is_none());
        running = Program::spawn(quick(program()), &shop.org);
        let client = &running.client;
        check_all_or_nothing(client, &alice, &confirmed).await;
        let order: Order = client.order(&alice, &checkout.key, &checkout.body).await.expect(201).json();
        assert!(checkout.answer.is_none_or(|answer| answer == order), "round {round}");
        confirmed.push(order);
        check_books(client, &staff, &confirmed).await;
    }
    running.kill();
    // Where none died in time the test tested nothing.
    println!("{died_before_the_answer} of {rounds} rounds died before their answer");
    assert!(died_before_the_answer > rounds / 10, "{died_before_the_answer} of {rounds}");
    let Shop { api, org, folder, .. } = shop;
    api.stop().await;
    org.stop().await;
    folder
}

/// The rounds of one person come faster than those of people.
fn quick(mut command: std::process::Command) -> std::process::Command {
    command.env("RUST_LOG", "info").env("REQUESTS_PER_MINUTE", "100000");
    command
}

/// Sends a checkout and kills the server 0 to 30 milliseconds later.
async fn begin_and_kill(running: Program, token: &str, round: u32) -> Checkout {
    let wanted = lines(&[("spade", 1 + round % 3), ("twine", 2)]);
    let (key, body) = (format!("round-{round}"), order_of(&running.client.fill(token, &wanted).await));
    let request = running
        .client
        .request(reqwest::Method::POST, paths::ORDERS)
        .bearer_auth(token)
        .header(paths::IDEMPOTENCY_KEY, &key)
        .json(&body);
    let sent = tokio::spawn(async move {
        let answer = request.send().await.ok()?;
        assert_eq!(answer.status(), 201);
        answer.json::<Order>().await.ok()
    });
    // Steps that share no factor with the rounds: every moment gets its turn.
    let delay = Duration::from_micros(u64::from(round) * 7_919 % 30_000);
    tokio::time::sleep(delay).await;
    tokio::task::spawn_blocking(move || running.kill()).await.unwrap();
    Checkout { key, body, answer: sent.await.unwrap() }
}

/// The cart is empty exactly if its order is there.
async fn check_all_or_nothing(client: &Client, token: &str, confirmed: &[Order]) {
    let placed = all_orders(client, token, paths::ORDERS).await.len() - confirmed.len();
    let left = client.cart(token).await.lines.len();
    assert!(matches!((placed, left), (1, 0) | (0, 2)), "{placed} orders and {left} lines in the cart");
}

/// Every confirmed order is there once, and no piece is missing.
async fn check_books(client: &Client, staff: &str, confirmed: &[Order]) {
    let mut kept = all_orders(client, staff, paths::STAFF_ORDERS).await;
    kept.reverse();
    assert_eq!(kept, confirmed);
    let page: ProductPage = client.get(paths::PRODUCTS).await.expect(200).json();
    let stock: u32 = page.products.iter().map(|product| product.stock).sum();
    let sold: u32 = kept.iter().flat_map(|order| &order.lines).map(|line| line.quantity.get()).sum();
    assert_eq!(stock + sold, 2 * STOCK);
}

async fn all_orders(client: &Client, token: &str, path: &str) -> Vec<Order> {
    let (mut orders, mut query) = (Vec::new(), "?limit=100".to_owned());
    loop {
        let page: OrderPage = client.get_as(token, &format!("{path}{query}")).await.expect(200).json();
        orders.extend(page.orders);
        let Some(cursor) = page.next_cursor else { return orders };
        query = format!("?limit=100&cursor={cursor}");
    }
}
