//! `kill -9` in the middle of checkouts: what was confirmed is there, what was not is retried, and nothing is
//! sold twice or lost.

use std::time::Duration;

use serde_json::Value;
use shared::{Order, OrderPage, ProductPage, paths};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::Instant;

use crate::database::Database;
use crate::program::Program;
use crate::shop::{Client, Shop, lines, order_of};
use crate::snapshot::within_a_second;

/// How often the server is killed, and the variable that asks for another number.
const ROUNDS: u32 = 200;
const OTHER_ROUNDS: &str = "KILL_ROUNDS";

/// Pieces of each product at the start.
pub(crate) const STOCK: u32 = 10_000;

/// Within which time after a request the server is killed, at first.
const FIRST_WINDOW: Duration = Duration::from_millis(30);

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
    let rounds = std::env::var(OTHER_ROUNDS).map_or(ROUNDS, |text| text.parse().expect(OTHER_ROUNDS));
    let mut confirmed: Vec<Order> = Vec::new();
    let mut running = Program::spawn(quick(program()), &shop.org);
    let mut died_before_the_answer = 0;
    let mut window = FIRST_WINDOW;
    for round in 0..rounds {
        let checkout = begin_and_kill(running, &alice, round, window).await;
        died_before_the_answer += u32::from(checkout.answer.is_none());
        window = next_window(window, checkout.answer.is_some());
        running = Program::spawn(quick(program()), &shop.org);
        let client = &running.client;
        check_all_or_nothing(client, &alice, &confirmed).await;
        let order: Order = client.order(&alice, &checkout.key, &checkout.body).await.expect(201).json();
        assert!(checkout.answer.is_none_or(|answer| answer == order), "round {round}");
        confirmed.push(order);
        check_books(client, &staff, &confirmed).await;
    }
    running.kill();
    // Where hardly any died in time, or hardly any was answered, the test tested nothing.
    println!("{died_before_the_answer} of {rounds} rounds died before their answer, window {window:?}");
    let expected = rounds / 5..=rounds * 4 / 5;
    assert!(expected.contains(&died_before_the_answer), "{died_before_the_answer} of {rounds}");
    let Shop { api, org, folder, .. } = shop;
    api.stop().await;
    org.stop().await;
    folder
}

/// The rounds of one person come faster than those of people, and there are more of them.
pub(crate) fn quick(mut command: std::process::Command) -> std::process::Command {
    command.env("RUST_LOG", "info").env("REQUESTS_PER_MINUTE", "100000");
    command.env("ORDERS_PER_HOUR", "100000").env("STEP_UP_ABOVE", "1000000");
    command
}

/// The window follows the machine: it settles where as many checkouts are answered before the kill as are not,
/// at twice the time that a checkout takes.
pub(crate) fn next_window(window: Duration, answered: bool) -> Duration {
    if answered { window * 2 / 3 } else { window * 3 / 2 }
}

/// Sends a checkout and kills the server at a moment within the window.
async fn begin_and_kill(running: Program, token: &str, round: u32, window: Duration) -> Checkout {
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
    // Steps of the golden ratio: every part of the window gets its turn.
    let delay = window.mul_f64((f64::from(round) * 0.618_034).fract());
    tokio::task::spawn_blocking(move || kill_after(delay, running)).await.unwrap();
    Checkout { key, body, answer: sent.await.unwrap() }
}

#[expect(clippy::disallowed_methods, reason = "the runtime's timer knows no parts of a millisecond")]
fn kill_after(delay: Duration, running: Program) {
    std::thread::sleep(delay);
    running.kill();
}

/// The cart is empty exactly if its order is there.
pub(crate) async fn check_all_or_nothing(client: &Client, token: &str, confirmed: &[Order]) {
    let placed = all_orders(client, token, paths::ORDERS).await.len() - confirmed.len();
    let left = client.cart(token).await.lines.len();
    assert!(matches!((placed, left), (1, 0) | (0, 2)), "{placed} orders and {left} lines in the cart");
}

/// Every confirmed order is there once, and no piece is missing.
pub(crate) async fn check_books(client: &Client, staff: &str, confirmed: &[Order]) {
    let mut kept = all_orders(client, staff, paths::STAFF_ORDERS).await;
    kept.reverse();
    assert_eq!(kept, confirmed);
    let sold: u32 = kept.iter().flat_map(|order| &order.lines).map(|line| line.quantity.get()).sum();
    // What another process has sold is a second old at most.
    within_a_second(Instant::now(), async || stock(client).await + sold == 2 * STOCK).await;
}

async fn stock(client: &Client) -> u32 {
    let page: ProductPage = client.get(paths::PRODUCTS).await.expect(200).json();
    page.products.iter().map(|product| product.stock).sum()
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
