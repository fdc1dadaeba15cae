//! A repeated `POST` places no second order.

use futures_util::future::join_all;
use reqwest::Method;
use shared::{Order, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines, order_of};

on_both_databases!(
    many_parallel_posts_with_one_key_place_one_order,
    a_key_is_good_for_one_request_of_one_person,
    a_refused_order_does_not_use_its_key_up,
    an_order_needs_one_proper_key,
);

async fn many_parallel_posts_with_one_key_place_one_order(shop: Shop) {
    shop.sell(&[("spade", 100, 100)]);
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("spade", 1)])).await);
    let answers = join_all((0..50).map(|_| shop.api.order(&token, "one-key", &body))).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    assert!(answers.iter().all(|answer| answer.header("location") == answers[0].header("location")));
    assert_eq!(shop.api.orders_of(&token).await.len(), 1);
    assert_eq!(shop.api.product("spade").await.stock, 99);
    shop.close().await;
}

async fn a_key_is_good_for_one_request_of_one_person(shop: Shop) {
    shop.sell(&[("spade", 100, 100)]);
    let (alice, bob) = (shop.alice(), shop.bob());
    let body = order_of(&shop.api.fill(&alice, &lines(&[("spade", 1)])).await);
    let first: Order = shop.api.order(&alice, "k", &body).await.expect(201).json();
    let other = shop.api.buy(&alice, "k", &lines(&[("spade", 2)])).await.expect(422);
    assert_eq!(other.code(), "idempotency_key_reused");
    let theirs: Order = shop.api.buy(&bob, "k", &lines(&[("spade", 2)])).await.expect(201).json();
    assert_ne!(first.number, theirs.number);
    let again: Order = shop.api.order(&alice, "\"k\"", &body).await.expect(201).json();
    assert_eq!(again, first);
    assert_eq!(shop.api.product("spade").await.stock, 97);
    shop.close().await;
}

async fn a_refused_order_does_not_use_its_key_up(shop: Shop) {
    shop.sell(&[("spade", 100, 1)]);
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("spade", 1)])).await);
    shop.sell(&[("spade", 100, 0)]);
    shop.api.order(&token, "k", &body).await.expect(409);
    shop.sell(&[("spade", 100, 1)]);
    shop.api.order(&token, "k", &body).await.expect(201);
    shop.close().await;
}

async fn an_order_needs_one_proper_key(shop: Shop) {
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await);
    for keys in [vec![], vec!["a", "b"], vec![""], vec!["two words"]] {
        let mut request = shop.api.request(Method::POST, paths::ORDERS).bearer_auth(&token);
        for key in &keys {
            request = request.header(paths::IDEMPOTENCY_KEY, *key);
        }
        let response = request.json(&body).send().await.unwrap();
        let answer = Answer::read(response).await.expect(400);
        assert_eq!(answer.code(), "invalid_request");
        assert!(answer.detail().contains("Idempotency-Key"), "{keys:?}: {answer:?}");
    }
    assert!(shop.api.orders_of(&token).await.is_empty());
    shop.close().await;
}
