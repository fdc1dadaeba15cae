//! The person's cart: one for all devices, joined with the browser's at sign-in.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{Cart, CartChangeKind, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines};

on_both_databases!(
    a_cart_is_read_as_it_was_put_and_each_change_is_a_version,
    a_merge_takes_the_larger_quantity_and_merging_twice_is_merging_once,
    a_merge_is_capped_at_stock_and_every_change_is_told,
    merges_and_puts_at_once_lose_nothing,
    what_vanished_or_costs_something_else_is_shown,
);

async fn put(shop: &Shop, token: &str, version: u64, body: &Value) -> Answer {
    let body = json!({"version": version, "lines": body["lines"]});
    shop.api.send(Method::PUT, paths::CART, token, &body).await
}

async fn merge(shop: &Shop, token: &str, body: &Value) -> Cart {
    shop.api.send(Method::POST, paths::CART_MERGE, token, body).await.expect(200).json()
}

fn pieces(cart: &Cart) -> Vec<(&str, u32)> {
    cart.lines.iter().map(|line| (line.product_id.as_str(), line.quantity.get())).collect()
}

fn changes(cart: &Cart) -> Vec<(&str, CartChangeKind, u32, u32)> {
    cart.changes.iter().map(|c| (c.product_id.as_str(), c.kind, c.from, c.to)).collect()
}

async fn a_cart_is_read_as_it_was_put_and_each_change_is_a_version(shop: Shop) {
    shop.sell(&[("spade", 1999, 10), ("twine", 250, 10)]);
    let token = shop.alice();
    let empty = shop.api.cart(&token).await;
    assert_eq!((empty.version, empty.lines.len(), empty.total.cents()), (0, 0, 0));
    let first: Cart = put(&shop, &token, 0, &lines(&[("twine", 3), ("spade", 1)])).await.expect(200).json();
    assert_eq!(
        (first.version, pieces(&first), first.total.cents()),
        (1, vec![("twine", 3), ("spade", 1)], 2749)
    );
    assert_eq!(shop.api.cart(&token).await, first);
    for stale in [0, 2, u64::MAX] {
        let answer = put(&shop, &token, stale, &lines(&[])).await.expect(409);
        assert_eq!(answer.code(), "cart_changed", "{stale}");
    }
    let emptied: Cart = put(&shop, &token, 1, &lines(&[])).await.expect(200).json();
    assert_eq!((emptied.version, emptied.lines.len()), (2, 0));
    shop.close().await;
}

async fn a_merge_takes_the_larger_quantity_and_merging_twice_is_merging_once(shop: Shop) {
    shop.sell(&[("spade", 100, 50), ("twine", 100, 50), ("fork", 100, 50)]);
    let token = shop.alice();
    shop.api.fill(&token, &lines(&[("spade", 4), ("twine", 1)])).await;
    let of_browser = lines(&[("fork", 2), ("twine", 3), ("spade", 1)]);
    let merged = merge(&shop, &token, &of_browser).await;
    assert_eq!(pieces(&merged), [("spade", 4), ("twine", 3), ("fork", 2)]);
    assert_eq!(changes(&merged), [("spade", CartChangeKind::FromAccount, 1, 4)]);
    let again = merge(&shop, &token, &of_browser).await;
    assert_eq!(again, merged);
    shop.close().await;
}

async fn a_merge_is_capped_at_stock_and_every_change_is_told(shop: Shop) {
    shop.sell(&[("spade", 100, 3), ("twine", 100, 0), ("fork", 100, 9), ("gone", 100, 9)]);
    let token = shop.alice();
    shop.api.fill(&token, &lines(&[("fork", 9)])).await;
    shop.sell(&[("spade", 100, 3), ("twine", 100, 0), ("fork", 100, 2)]);
    let of_browser = lines(&[("spade", 5), ("twine", 2), ("gone", 1), ("never-there", 7)]);
    let merged = merge(&shop, &token, &of_browser).await;
    assert_eq!(pieces(&merged), [("fork", 2), ("spade", 3), ("twine", 2)]);
    assert_eq!(
        changes(&merged),
        [
            ("fork", CartChangeKind::Capped, 9, 2),
            ("spade", CartChangeKind::Capped, 5, 3),
            ("twine", CartChangeKind::SoldOut, 2, 2),
            ("gone", CartChangeKind::NoLongerSold, 1, 0),
            ("never-there", CartChangeKind::NoLongerSold, 7, 0),
        ]
    );
    assert!(shop.api.cart(&token).await.changes.is_empty());
    shop.close().await;
}

async fn merges_and_puts_at_once_lose_nothing(shop: Shop) {
    let ids: Vec<_> = (0..12).map(|i| format!("p{i}")).collect();
    let products: Vec<_> = ids.iter().map(|id| (id.as_str(), 100, 50)).collect();
    shop.sell(&products);
    let token = shop.alice();
    let bodies: Vec<_> = ids.iter().map(|id| lines(&[(id, 2)])).collect();
    let merged = join_all(bodies.iter().chain(&bodies).map(|body| merge(&shop, &token, body))).await;
    let cart = shop.api.cart(&token).await;
    let mut found = pieces(&cart);
    found.sort_unstable();
    let mut wanted: Vec<_> = ids.iter().map(|id| (id.as_str(), 2)).collect();
    wanted.sort_unstable();
    assert_eq!((found, merged.iter().map(|cart| cart.version).max()), (wanted, Some(cart.version)));
    // Of many that change one version, one does.
    let puts = join_all(bodies.iter().map(|body| put(&shop, &token, cart.version, body))).await;
    assert_eq!(puts.iter().filter(|answer| answer.status == 200).count(), 1, "{puts:?}");
    assert!(puts.iter().all(|answer| matches!(answer.status, 200 | 409)));
    shop.close().await;
}

async fn what_vanished_or_costs_something_else_is_shown(shop: Shop) {
    shop.sell(&[("spade", 100, 10), ("twine", 200, 10), ("fork", 300, 10)]);
    let token = shop.alice();
    let cart = shop.api.fill(&token, &lines(&[("spade", 1), ("twine", 1), ("fork", 1)])).await;
    shop.sell(&[("spade", 150, 10), ("fork", 300, 10)]);
    let seen = shop.api.cart(&token).await;
    assert_eq!((seen.version, seen.total.cents()), (cart.version, 450));
    let shown: Vec<_> = seen
        .lines
        .iter()
        .map(|line| (line.seen_price.cents(), line.price.map(|price| price.cents()), line.stock))
        .collect();
    assert_eq!(shown, [(100, Some(150), 10), (200, None, 0), (300, Some(300), 10)]);
    // Changing another line does not hide it.
    let put: Cart =
        put(&shop, &token, seen.version, &lines(&[("spade", 1), ("fork", 2)])).await.expect(200).json();
    assert_eq!(put.lines[0].seen_price.cents(), 100);
    shop.close().await;
}
