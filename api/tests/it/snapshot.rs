//! Answers about the catalogue are made once and given away until something changes: never an older one than an order
//! that somebody knows of, and on another replica none that is a second old.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use shared::{Product, ProductPage, paths};
use tokio::time::Instant;

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Api, Client, Shop, lines};

on_both_databases!(
    no_answer_is_older_than_an_order_that_was_confirmed,
    every_change_of_stock_or_price_shows_at_once,
    another_replica_shows_a_change_within_a_second,
    each_coding_has_a_form_and_a_tag_of_its_own,
);

const STOCK: u32 = 1_000;

async fn stock_in_list(client: &Client) -> u32 {
    let page: ProductPage = client.get(paths::PRODUCTS).await.expect(200).json();
    page.products.iter().find(|product| product.id.as_str() == "spade").unwrap().stock
}

/// Ten people buy while others look; what these see lies between what was ordered before they asked and what had been
/// begun when they were answered.
async fn no_answer_is_older_than_an_order_that_was_confirmed(shop: Shop) {
    shop.sell(&[("spade", 100, STOCK), ("rake", 100, STOCK)]);
    let (begun, confirmed, buying) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(10));
    let buy = async |person: u32| {
        let token = shop.someone(&format!("00ubuyer{person:012}"));
        for order in 0..8 {
            let cart = lines(&[("spade", 1), ("rake", 1)]);
            begun.fetch_add(1, Ordering::SeqCst);
            shop.api.buy(&token, &format!("k{order}"), &cart).await.expect(201);
            confirmed.fetch_add(1, Ordering::SeqCst);
        }
        buying.fetch_sub(1, Ordering::SeqCst);
    };
    let look = async |reader: u32| {
        let mut looks = 0;
        while buying.load(Ordering::SeqCst) > 0 {
            let before = confirmed.load(Ordering::SeqCst);
            let stock = if reader.is_multiple_of(2) {
                stock_in_list(&shop.api).await
            } else {
                shop.api.product("spade").await.stock
            };
            let after = begun.load(Ordering::SeqCst);
            assert!(stock <= STOCK - before, "{stock} in stock after {before} orders");
            assert!(stock >= STOCK - after, "{stock} in stock with {after} orders begun");
            looks += 1;
        }
        looks
    };
    let (_, looks) = tokio::join!(join_all((0..10).map(buy)), join_all((0..6).map(look)));
    assert!(looks.iter().all(|looks| *looks > 5), "{looks:?}");
    assert_eq!(stock_in_list(&shop.api).await, STOCK - 80);
    shop.close().await;
}

async fn every_change_of_stock_or_price_shows_at_once(shop: Shop) {
    shop.sell(&[("spade", 100, 10)]);
    let reopened = shop.reopen().await;
    let shop = &reopened;
    let shows = async |stock: u32| {
        assert_eq!((stock_in_list(&shop.api).await, shop.api.product("spade").await.stock), (stock, stock));
    };
    shows(10).await;
    let order = shop.api.buy(&shop.alice(), "k", &lines(&[("spade", 3)])).await.expect(201);
    shows(7).await;
    let number = order.json::<shared::Order>().number;
    shop.api.post(&shop.alice(), &format!("{}/{number}{}", paths::ORDERS, paths::CANCEL)).await.expect(200);
    shows(10).await;
    let restock = format!("{}/spade{}", paths::STAFF_PRODUCTS, paths::RESTOCK);
    let request = shop.api.request(Method::POST, &restock).bearer_auth(shop.staff());
    let request = request.header(paths::IDEMPOTENCY_KEY, "r").json(&json!({"pieces": 5}));
    Answer::read(request.send().await.unwrap()).await.expect(200);
    shows(15).await;
    // Another process changes the price.
    let changed = Instant::now();
    shop.sell(&[("spade", 250, 15)]);
    within_a_second(changed, async || shop.api.product("spade").await.price.cents() == 250).await;
    reopened.close().await;
}

/// Waits until it is so, and for a second at most since the change was known.
pub(crate) async fn within_a_second(changed: Instant, is_so: impl AsyncFn() -> bool) {
    let mut asked = Instant::now();
    while !is_so().await {
        assert!(
            asked.duration_since(changed) < Duration::from_secs(1),
            "an answer of more than a second ago"
        );
        asked = Instant::now();
    }
}

async fn another_replica_shows_a_change_within_a_second(shop: Shop) {
    shop.sell(&[("spade", 100, STOCK)]);
    let other = Api::start(shop.org.issuer(), shop.org.client_id(), &shop.database_url).await;
    let token = shop.alice();
    for order in 0..6_u32 {
        // It has its answers ready, of just now.
        other.product("spade").await;
        assert_eq!(stock_in_list(&other).await, STOCK - order);
        shop.api.buy(&token, &format!("k{order}"), &lines(&[("spade", 1)])).await.expect(201);
        let confirmed = Instant::now();
        let left = STOCK - order - 1;
        within_a_second(confirmed, async || other.product("spade").await.stock == left).await;
        within_a_second(confirmed, async || stock_in_list(&other).await == left).await;
    }
    other.stop().await;
    shop.close().await;
}

async fn each_coding_has_a_form_and_a_tag_of_its_own(shop: Shop) {
    let ask = async |path: &str, coding: &str, known: Option<&str>| {
        let mut request = shop.api.request(Method::GET, path).header("accept-encoding", coding);
        if let Some(known) = known {
            request = request.header("if-none-match", known);
        }
        request.send().await.unwrap()
    };
    let header = |response: &reqwest::Response, name: &str| {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    for path in [paths::PRODUCTS, "/api/products/apple-sapling"] {
        let mut tags = Vec::new();
        let plain = shop.api.get(path).await.expect(200).body;
        for (accepted, coding) in
            [("identity", None), ("br, gzip", Some("br")), ("gzip", Some("gzip")), ("br;q=0", None)]
        {
            let response = ask(path, accepted, None).await;
            assert_eq!(header(&response, "content-encoding").as_deref(), coding, "{path} {accepted}");
            assert!(header(&response, "vary").unwrap().to_lowercase().contains("accept-encoding"));
            let tag = header(&response, "etag").unwrap();
            assert_eq!(decoded(coding, &response.bytes().await.unwrap()), plain);
            let again = ask(path, accepted, Some(&tag)).await;
            assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, Some(tag.clone())));
            assert!(header(&again, "vary").unwrap().to_lowercase().contains("accept-encoding"));
            tags.push(tag);
        }
        assert_eq!(tags[0], tags[3]);
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3, "{tags:?}");
        serde_json::from_str::<serde_json::Value>(&plain).unwrap();
    }
    let product: Product = shop.api.product("apple-sapling").await;
    assert_eq!(product.id.as_str(), "apple-sapling");
    shop.close().await;
}

fn decoded(coding: Option<&str>, bytes: &[u8]) -> String {
    use std::io::Read as _;

    let mut text = String::new();
    match coding {
        Some("br") => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text).unwrap(),
        Some(_) => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap(),
        None => std::io::Cursor::new(bytes).read_to_string(&mut text).unwrap(),
    };
    text
}
