//! The program is told to stop (SIGTERM) while it has work: what it took is finished and answered, and it takes no more.

use std::net::TcpListener;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use shared::{Order, paths};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::database::on_both_databases;
use crate::kill::{STOCK, check_books, next_window, quick};
use crate::outage::Holder;
use crate::program::Program;
use crate::shop::{Client, Shop, lines, order_of};

on_both_databases!(
    fifty_checkouts_that_have_begun_are_answered_and_nobody_else_is_let_in,
    a_stop_at_any_moment_of_a_checkout_answers_it_or_leaves_it_undone,
);

/// Within which whatever the test waits for has to come.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How soon after being told a program with slow requests has to be gone, at the latest.
const STOPPED: Duration = Duration::from_secs(30);

async fn fifty_checkouts_that_have_begun_are_answered_and_nobody_else_is_let_in(shop: Shop) {
    const BUYERS: usize = 50;
    shop.sell(&[("spade", 100, 100)]);
    let metrics = free_address();
    let mut command = shop.program();
    command.env("METRICS_ADDR", &metrics);
    command.env("MAX_IN_FLIGHT", BUYERS.to_string());
    let program = Program::spawn(command, &shop.org);
    let (client, address) = (program.client.clone(), program.address());
    let buyers: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let spade = lines(&[("spade", 1)]);
    let carts = join_all(buyers.iter().map(|token| shop.api.fill(token, &spade))).await;
    let bodies: Vec<_> = carts.iter().map(order_of).collect();
    let holder = Holder::hold(&shop.database_url, "SELECT * FROM products FOR UPDATE").await;
    let orders = join_all(buyers.iter().zip(&bodies).map(|(token, body)| client.order(token, "k", body)));
    let stop = async {
        let all = format!("grove_http_requests_in_flight {BUYERS}\n");
        until(async || metrics_of(&metrics).await.contains(&all)).await;
        program.tell_to_stop();
        let told = Instant::now();
        until(async || TcpStream::connect(address).await.is_err()).await;
        holder.release().await;
        program.stopped().await;
        told.elapsed()
    };
    let (answers, took) = tokio::join!(orders, stop);
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    assert!(took < STOPPED, "{took:?}");
    assert_eq!(shop.api.product("spade").await.stock, 50);
    shop.close().await;
}

async fn a_stop_at_any_moment_of_a_checkout_answers_it_or_leaves_it_undone(shop: Shop) {
    const ROUNDS: u32 = 24;
    shop.sell(&[("spade", 1999, STOCK), ("twine", 250, STOCK)]);
    let (alice, staff) = (shop.alice(), shop.staff());
    let mut confirmed: Vec<Order> = Vec::new();
    let (mut window, mut unanswered) = (Duration::from_millis(30), 0);
    for round in 0..ROUNDS {
        let wanted = lines(&[("spade", 1 + round % 3), ("twine", 2)]);
        let body = order_of(&shop.api.fill(&alice, &wanted).await);
        let program = Program::spawn(quick(shop.program()), &shop.org);
        let sent = tokio::spawn(place(program.client.clone(), alice.clone(), round, body));
        // Steps of the golden ratio: every part of the window gets its turn.
        sleep(window.mul_f64((f64::from(round) * 0.618_034).fract())).await;
        program.terminate().await;
        let answer = sent.await.unwrap();
        unanswered += u32::from(answer.is_none());
        window = next_window(window, answer.is_some());
        // Who got no answer has the cart as it was, and ordered nothing.
        assert_eq!(shop.api.cart(&alice).await.lines.len(), if answer.is_some() { 0 } else { 2 });
        confirmed.extend(answer);
        check_books(&shop.api, &staff, &confirmed).await;
    }
    // Else the test tested nothing.
    assert!((1..ROUNDS).contains(&unanswered), "{unanswered} of {ROUNDS} were not answered");
    shop.close().await;
}

/// The order, or `None` where the connection came to nothing. Anything else that is answered is wrong.
async fn place(client: Client, token: String, round: u32, body: Value) -> Option<Order> {
    let request = client.request(Method::POST, paths::ORDERS).bearer_auth(token);
    let request = request.header(paths::IDEMPOTENCY_KEY, format!("round-{round}")).json(&body);
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status(), 201);
    // What has begun to be answered is answered in full.
    Some(answer.json().await.unwrap())
}

pub(crate) async fn until(holds: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < TIMEOUT, "it did not come");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn metrics_of(address: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap()
}

/// Free a moment ago: which one the program would have found by itself it tells nobody.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
