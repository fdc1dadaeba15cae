//! A disk that is full, really full: no order is confirmed meanwhile, nothing is lost, and by itself the shop goes on
//! once there is room. PostgreSQL here; SQLite, and PostgreSQL's error by itself, are the store's tests.

use std::io::Write as _;
use std::num::NonZeroU32;

use api::Limits;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{Money, Order, paths};

use crate::answer::Answer;
use crate::cluster::Cluster;
use crate::shop::{Shop, limits, lines, order_of};

/// The pages that there are may have room for so many.
const MANY: u32 = 2_000;

#[tokio::test]
async fn a_full_disk_under_postgresql_stops_orders_until_there_is_room() {
    let Some(cluster) = Cluster::with_small_disk() else {
        // Not by a macro: what those print is not shown where a test passes.
        let told = "\nNOT TESTED: PostgreSQL on a full disk; that needs root, and leave to mount a tmpfs\n";
        return std::io::stderr().write_all(told.as_bytes()).unwrap();
    };
    let limits = Limits {
        requests_per_minute: NonZeroU32::MAX,
        orders_per_hour: NonZeroU32::MAX,
        step_up_above: Money::from_cents(i64::MAX),
        ..limits()
    };
    let url = cluster.database_on_small_disk().await;
    let shop = Shop::open_at(url, tempfile::tempdir().unwrap(), limits).await;
    shop.sell(&[("spade", 100, 10_000)]);
    let token = shop.alice();
    let spade = lines(&[("spade", 1)]);
    let mut confirmed: Vec<Order> = vec![shop.api.buy(&token, "before", &spade).await.expect(201).json()];
    // A cart takes room as well, so this one is full before the disk is.
    let bob = shop.bob();
    let waiting = order_of(&shop.api.fill(&bob, &spade).await);
    cluster.fill_small_disk().await;
    let refused = order_until_refused(&shop, &token, &spade, &mut confirmed).await;
    assert_eq!(refused.code(), "unavailable");
    // Reading goes on, and what was confirmed is there.
    shop.api.get(paths::READYZ).await.expect(200);
    let stock = shop.api.product("spade").await.stock;
    assert_eq!(stock as usize + confirmed.len(), 10_000);
    cluster.free_small_disk().await;
    shop.api.order(&bob, "waiting", &waiting).await.expect(201);
    let after: Order = shop.api.buy(&token, "after", &spade).await.expect(201).json();
    confirmed.push(after);
    for order in &confirmed {
        let path = format!("{}/{}", paths::ORDERS, order.number);
        assert_eq!(shop.api.get_as(&token, &path).await.expect(200).json::<Order>(), *order);
    }
    assert_eq!(shop.api.product("spade").await.stock, stock - 2);
    shop.close().await;
}

/// Fills the cart and orders it, again and again; the answer to the first request that found no room.
async fn order_until_refused(shop: &Shop, token: &str, wanted: &Value, confirmed: &mut Vec<Order>) -> Answer {
    for attempt in 0..MANY {
        let version = shop.api.cart(token).await.version;
        let body = json!({"version": version, "lines": wanted["lines"]});
        let put = shop.api.send(Method::PUT, paths::CART, token, &body).await;
        if put.status == 503 {
            return put;
        }
        let order = order_of(&put.expect(200).json());
        let answer = shop.api.order(token, &format!("full-{attempt}"), &order).await;
        if answer.status == 503 {
            return answer;
        }
        confirmed.push(answer.expect(201).json());
    }
    panic!("the disk never was full");
}
