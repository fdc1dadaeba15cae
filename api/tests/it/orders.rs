//! Orders: what they cost, whose they are, and that they last.

use futures_util::future::join_all;
use shared::{Money, Order, OrderStatus, paths};

use crate::shop::{Shop, lines};

#[tokio::test]
async fn an_order_has_the_prices_of_the_catalogue() {
    let shop = Shop::open().await;
    shop.sell(&[("spade", 1999, 10), ("twine", 250, 10)]);
    let token = shop.alice();
    let answer = shop.api.order(&token, "k", &lines(&[("twine", 3), ("spade", 2)])).await.expect(201);
    let order: Order = answer.json();
    assert_eq!(answer.header("location"), Some(format!("{}/{}", paths::ORDERS, order.number).as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!((order.status, order.total), (OrderStatus::Placed, Money::from_cents(4748)));
    let shown: Vec<_> =
        order.lines.iter().map(|l| (l.product_id.as_str(), l.quantity.get(), l.unit_price.cents())).collect();
    assert_eq!(shown, [("twine", 3, 250), ("spade", 2, 1999)]);
    assert_eq!((shop.api.product("twine").await.stock, shop.api.product("spade").await.stock), (7, 8));
    assert_eq!(
        shop.api.get_as(&token, answer.header("location").unwrap()).await.expect(200).json::<Order>(),
        order
    );
    shop.close().await;
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_keep_their_prices() {
    let shop = Shop::open().await;
    shop.sell(&[("spade", 1999, 10)]);
    let token = shop.alice();
    let first: Order = shop.api.order(&token, "k1", &lines(&[("spade", 1)])).await.expect(201).json();
    shop.sell(&[("spade", 2999, 10)]);
    let second: Order = shop.api.order(&token, "k2", &lines(&[("spade", 1)])).await.expect(201).json();
    assert_eq!((first.total.cents(), second.total.cents()), (1999, 2999));
    assert_eq!(shop.api.orders_of(&token).await, [second, first]);
    shop.close().await;
}

#[tokio::test]
async fn another_persons_order_is_not_there() {
    let shop = Shop::open().await;
    let order: Order =
        shop.api.order(&shop.alice(), "k", &lines(&[("apple-sapling", 1)])).await.expect(201).json();
    let path = format!("{}/{}", paths::ORDERS, order.number);
    let foreign = shop.api.get_as(&shop.bob(), &path).await.expect(404);
    let absent = shop.api.get_as(&shop.bob(), "/api/orders/G-0000-0000").await.expect(404);
    assert_eq!(foreign.body, absent.body);
    assert!(shop.api.orders_of(&shop.bob()).await.is_empty());
    shop.api.get(&path).await.expect(401);
    shop.api.get_as(&shop.alice(), &path).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn a_service_is_told_apart_from_people_by_its_subject() {
    let shop = Shop::open().await;
    let service = shop.org.mint_access_token(|claims| {
        claims.remove("uid");
        claims.insert("sub".to_owned(), shop.org.client_id().into());
    });
    shop.api.order(&service, "k", &lines(&[("apple-sapling", 1)])).await.expect(201);
    assert_eq!(shop.api.orders_of(&service).await.len(), 1);
    assert!(shop.api.orders_of(&shop.alice()).await.is_empty());
    shop.close().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_sold() {
    let shop = Shop::open().await;
    shop.sell(&[("spade", 100, 10), ("twine", 100, 2)]);
    let token = shop.alice();
    let answer = shop.api.order(&token, "k1", &lines(&[("spade", 1), ("twine", 3)])).await.expect(409);
    assert_eq!(answer.code(), "out_of_stock");
    assert_eq!(answer.detail(), "Not enough left of twine (2 left).");
    assert_eq!(shop.api.product("spade").await.stock, 10);
    let answer = shop.api.order(&token, "k2", &lines(&[("no-such-thing", 1)])).await.expect(400);
    assert_eq!(answer.detail(), "There is no product no-such-thing.");
    let withdrawn = shop.api.order(&token, "k3", &lines(&[("apple-sapling", 1)])).await.expect(409);
    assert_eq!(withdrawn.detail(), "Not enough left of apple-sapling (0 left).");
    assert!(shop.api.orders_of(&token).await.is_empty());
    shop.close().await;
}

#[tokio::test]
async fn the_last_piece_is_sold_once() {
    const BUYERS: usize = 64;
    let shop = Shop::open().await;
    shop.sell(&[("spade", 100, 1)]);
    let body = lines(&[("spade", 1)]);
    let tokens: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let answers = join_all(tokens.iter().map(|token| shop.api.order(token, "k", &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), BUYERS - 1);
    assert_eq!(shop.api.product("spade").await.stock, 0);
    shop.close().await;
}

#[tokio::test]
async fn an_order_outlives_the_process() {
    let shop = Shop::open().await;
    let token = shop.alice();
    let body = lines(&[("apple-sapling", 2)]);
    let order: Order = shop.api.order(&token, "k", &body).await.expect(201).json();
    let stock = shop.api.product("apple-sapling").await.stock;
    let shop = shop.reopen().await;
    assert_eq!(shop.api.orders_of(&token).await, std::slice::from_ref(&order));
    assert_eq!(shop.api.product("apple-sapling").await.stock, stock);
    assert_eq!(shop.api.order(&token, "k", &body).await.expect(201).json::<Order>(), order);
    shop.close().await;
}
