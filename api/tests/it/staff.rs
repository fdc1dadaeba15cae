//! Who may do what, and what staff do.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{Order, OrderPage, OrderStatus, Product, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines};

on_both_databases!(
    each_address_asks_for_its_scope,
    what_is_staffs_is_forbidden_to_everyone_else,
    staff_see_everyones_orders_and_ship_them,
    a_shipped_order_is_not_cancelled_and_a_cancelled_one_not_shipped,
    a_delivery_is_taken_in_once,
);

/// Everything that a person may do, with the scope it needs.
const OF_PEOPLE: [(Method, &str, &str); 7] = [
    (Method::GET, paths::CART, paths::SCOPE_READ),
    (Method::PUT, paths::CART, paths::SCOPE_WRITE),
    (Method::POST, paths::CART_MERGE, paths::SCOPE_WRITE),
    (Method::GET, paths::ORDERS, paths::SCOPE_READ),
    (Method::POST, paths::ORDERS, paths::SCOPE_WRITE),
    (Method::GET, "/api/orders/G-0000-0000", paths::SCOPE_READ),
    (Method::POST, "/api/orders/G-0000-0000/cancel", paths::SCOPE_WRITE),
];

/// The same for staff.
const OF_STAFF: [(Method, &str, &str); 5] = [
    (Method::GET, paths::STAFF_ORDERS, paths::SCOPE_READ),
    (Method::GET, "/api/staff/orders/G-0000-0000", paths::SCOPE_READ),
    (Method::POST, "/api/staff/orders/G-0000-0000/ship", paths::SCOPE_WRITE),
    (Method::POST, "/api/staff/orders/G-0000-0000/cancel", paths::SCOPE_WRITE),
    (Method::POST, "/api/staff/products/apple-sapling/restock", paths::SCOPE_WRITE),
];

async fn ask(shop: &Shop, method: &Method, path: &str, token: &str) -> Answer {
    let request = shop.api.request(method.clone(), path).bearer_auth(token);
    Answer::read(request.send().await.unwrap()).await
}

async fn each_address_asks_for_its_scope(shop: Shop) {
    for (method, path, scope) in OF_PEOPLE.iter().chain(&OF_STAFF) {
        let other = if *scope == paths::SCOPE_READ { paths::SCOPE_WRITE } else { paths::SCOPE_READ };
        let token = shop.token(|claims| {
            claims.insert("scp".to_owned(), json!(["openid", other]));
            claims.insert("groups".to_owned(), json!([paths::STAFF_GROUP]));
        });
        let answer = ask(&shop, method, path, &token).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{method} {path}");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("insufficient_scope") && challenge.contains(scope), "{challenge}");
        let anonymous = shop.api.request(method.clone(), path).send().await.unwrap();
        Answer::read(anonymous).await.expect(401);
    }
    shop.close().await;
}

async fn what_is_staffs_is_forbidden_to_everyone_else(shop: Shop) {
    let order: Order =
        shop.api.buy(&shop.alice(), "k", &lines(&[("apple-sapling", 1)])).await.expect(201).json();
    let others = shop.token(|claims| {
        claims.insert("groups".to_owned(), json!(["shop-staffers", "SHOP-STAFF"]));
    });
    for token in [shop.alice(), shop.bob(), others] {
        for (method, path, _) in &OF_STAFF {
            let path = path.replace("G-0000-0000", &order.number);
            let answer = ask(&shop, method, &path, &token).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{method} {path}");
        }
    }
    assert_eq!(shop.api.orders_of(&shop.alice()).await, [order]);
    shop.close().await;
}

async fn staff_see_everyones_orders_and_ship_them(shop: Shop) {
    shop.sell(&[("spade", 100, 10)]);
    let (alice, bob, staff) = (shop.alice(), shop.bob(), shop.staff());
    let first: Order = shop.api.buy(&alice, "k", &lines(&[("spade", 1)])).await.expect(201).json();
    let second: Order = shop.api.buy(&bob, "k", &lines(&[("spade", 2)])).await.expect(201).json();
    let list = async |query: &str| -> Vec<Order> {
        let path = format!("{}{query}", paths::STAFF_ORDERS);
        shop.api.get_as(&staff, &path).await.expect(200).json::<OrderPage>().orders
    };
    assert_eq!(list("").await, [second.clone(), first.clone()]);
    assert_eq!(list(&format!("?cursor={}", second.number)).await, std::slice::from_ref(&first));
    let path = format!("{}/{}", paths::STAFF_ORDERS, first.number);
    assert_eq!(shop.api.get_as(&staff, &path).await.expect(200).json::<Order>(), first);
    for _ in 0..2 {
        let shipped: Order =
            shop.api.post(&staff, &format!("{path}{}", paths::SHIP)).await.expect(200).json();
        assert_eq!((shipped.number, shipped.status), (first.number.clone(), OrderStatus::Shipped));
    }
    assert_eq!(list("?status=placed").await, [second]);
    assert_eq!(list("?status=shipped").await.len(), 1);
    assert_eq!(shop.api.orders_of(&alice).await[0].status, OrderStatus::Shipped);
    let bad = shop.api.get_as(&staff, &format!("{}?status=lost", paths::STAFF_ORDERS)).await.expect(400);
    assert_eq!(bad.detail(), "The parameter status must be one of placed, cancelled, shipped.");
    shop.close().await;
}

async fn a_shipped_order_is_not_cancelled_and_a_cancelled_one_not_shipped(shop: Shop) {
    shop.sell(&[("spade", 100, 10)]);
    let (alice, staff) = (shop.alice(), shop.staff());
    let shipped: Order = shop.api.buy(&alice, "k1", &lines(&[("spade", 1)])).await.expect(201).json();
    let cancelled: Order = shop.api.buy(&alice, "k2", &lines(&[("spade", 1)])).await.expect(201).json();
    let of = |number: &str, action: &str| format!("{}/{number}{action}", paths::STAFF_ORDERS);
    shop.api.post(&staff, &of(&shipped.number, paths::SHIP)).await.expect(200);
    shop.api.post(&staff, &of(&cancelled.number, paths::CANCEL)).await.expect(200);
    for (token, path) in [
        (&alice, format!("{}/{}{}", paths::ORDERS, shipped.number, paths::CANCEL)),
        (&staff, of(&shipped.number, paths::CANCEL)),
        (&staff, of(&cancelled.number, paths::SHIP)),
    ] {
        assert_eq!(shop.api.post(token, &path).await.expect(409).code(), "status_conflict", "{path}");
    }
    // Of those that race for one order, one wins.
    let raced: Order = shop.api.buy(&alice, "k3", &lines(&[("spade", 1)])).await.expect(201).json();
    let (ship, cancel) = (of(&raced.number, paths::SHIP), of(&raced.number, paths::CANCEL));
    let answers = join_all([&ship, &cancel].map(|path| shop.api.post(&staff, path))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    let sold = if answers[0].status == 200 { 2 } else { 1 };
    assert_eq!(shop.api.product("spade").await.stock, 10 - sold);
    shop.close().await;
}

async fn a_delivery_is_taken_in_once(shop: Shop) {
    shop.sell(&[("spade", 100, 1), ("fork", 100, 1), ("gone", 100, 1)]);
    shop.sell(&[("spade", 100, 1), ("fork", 100, 1)]);
    let staff = shop.staff();
    let restock = async |id: &str, key: &str, body: &Value| {
        let path = format!("{}/{id}{}", paths::STAFF_PRODUCTS, paths::RESTOCK);
        let request = shop.api.request(Method::POST, &path).bearer_auth(&staff);
        Answer::read(request.header(paths::IDEMPOTENCY_KEY, key).json(body).send().await.unwrap()).await
    };
    let five = json!({"pieces": 5});
    let answers = join_all((0..8).map(|_| restock("spade", "k", &five))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(restock("spade", "k", &five).await.json::<Product>().stock, 6);
    assert_eq!(
        restock("spade", "k", &json!({"pieces": 6})).await.expect(422).code(),
        "idempotency_key_reused"
    );
    restock("fork", "k", &five).await.expect(422);
    for bad in [0, 100_001] {
        restock("spade", "k2", &json!({"pieces": bad})).await.expect(400);
    }
    for unknown in ["gone", "never-there", "Spade", "%00"] {
        restock(unknown, "k3", &five).await.expect(404);
    }
    assert_eq!(shop.api.product("spade").await.stock, 6);
    shop.close().await;
}
