//! What somebody may have to answer for is told in lines of their own.

#![cfg(unix)]

use reqwest::Method;
use serde_json::{Value, json};
use shared::{Money, Order, paths};

use crate::answer::Answer;
use crate::program::Program;
use crate::shop::{Shop, lines};

/// Where orders of more than a hundred dollars need a second factor.
fn spawn(shop: &Shop) -> Program {
    let mut command = shop.program();
    command.env("LOG_FORMAT", "json").env("STEP_UP_ABOVE", "100");
    Program::spawn(command, &shop.org)
}

/// The audit's lines, each as its action and these of its members.
fn told(log: &str, members: &[&str]) -> Vec<(String, Vec<Value>)> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let audit = lines.filter(|line| line["target"] == "audit");
    audit
        .map(|line| {
            assert!(line["request_id"].is_string() && line["client"] == "127.0.0.1", "{line}");
            let action = line["action"].as_str().unwrap().to_owned();
            (action, members.iter().map(|member| line[*member].clone()).collect())
        })
        .collect()
}

#[tokio::test]
async fn what_staff_did_is_told_with_their_id_and_what_it_was_done_to() {
    let shop = Shop::open().await;
    let program = spawn(&shop);
    let (alice, staff) = (shop.alice(), shop.staff());
    let mut numbers = Vec::new();
    for key in ["k1", "k2"] {
        let bought = program.client.buy(&alice, key, &lines(&[("apple-sapling", 1)])).await.expect(201);
        numbers.push(bought.json::<Order>().number);
    }
    let of = |number: &str, deed: &str| format!("{}/{number}{deed}", paths::STAFF_ORDERS);
    program.client.post(&staff, &of(&numbers[0], paths::SHIP)).await.expect(200);
    program.client.post(&staff, &of(&numbers[1], paths::CANCEL)).await.expect(200);
    program.client.post(&staff, &of(&numbers[0], paths::CANCEL)).await.expect(409);
    let address = format!("{}/apple-sapling{}", paths::STAFF_PRODUCTS, paths::RESTOCK);
    let restock = program.client.request(Method::POST, &address).bearer_auth(&staff);
    let restock = restock.header(paths::IDEMPOTENCY_KEY, "k3").json(&json!({"pieces": 7}));
    Answer::read(restock.send().await.unwrap()).await.expect(200);
    let log = program.terminate().await;
    let who = json!("00ustaff000000000001");
    let deed = |action: &str, order: Value, product: Value, pieces: Value| {
        (action.to_owned(), vec![who.clone(), order, product, pieces])
    };
    assert_eq!(
        told(&log, &["subject", "order", "product", "pieces"]),
        [
            deed("order_shipped", json!(numbers[0]), Value::Null, Value::Null),
            deed("order_cancelled", json!(numbers[1]), Value::Null, Value::Null),
            deed("restocked", Value::Null, json!("apple-sapling"), json!(7)),
        ],
        "{log}"
    );
    shop.close().await;
}

#[tokio::test]
async fn a_token_that_was_not_enough_is_told_with_the_reason_and_a_missing_one_is_not() {
    let shop = Shop::open().await;
    let program = spawn(&shop);
    let alice = shop.alice();
    let expired = shop.token(|claims| {
        claims.insert("iat".to_owned(), 1_000_000_000.into());
        claims.insert("exp".to_owned(), 1_000_000_900.into());
    });
    program.client.get(paths::ORDERS).await.expect(401);
    program.client.get_as(&alice, paths::ORDERS).await.expect(200);
    program.client.get_as(&expired, paths::ORDERS).await.expect(401);
    program.client.get_as("no.such.token", paths::CART).await.expect(401);
    program.client.get_as(&alice, paths::STAFF_ORDERS).await.expect(403);
    let dear = program.client.fill(&alice, &lines(&[("apple-sapling", 9)])).await;
    assert!(dear.total > Money::from_cents(10_000), "{dear:?}");
    program.client.check_out(&alice, "k1").await.expect(401);
    let log = program.terminate().await;
    let found = told(&log, &["reason", "method", "route"]);
    let line = |action: &str, reason: &str, method: &str, route: &str| {
        (action.to_owned(), vec![json!(reason), json!(method), json!(route)])
    };
    assert_eq!(
        found,
        [
            line("token_refused", "expired", "GET", paths::ORDERS),
            line("token_refused", "malformed", "GET", paths::CART),
            line("access_denied", "not_in_group", "GET", paths::STAFF_ORDERS),
            line("step_up_demanded", "step_up_needed", "POST", paths::ORDERS),
        ],
        "{log}"
    );
    let subjects: Vec<_> =
        told(&log, &["subject"]).into_iter().map(|(_, members)| members[0].is_string()).collect();
    assert_eq!(
        subjects,
        [false, false, true, true],
        "a refused token says nothing that can be believed: {log}"
    );
    shop.close().await;
}
