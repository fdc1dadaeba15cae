//! One person who orders without end, or asks without end. The limits are those that the shop has by itself.

use std::num::NonZeroU32;

use api::Limits;
use serde_json::json;
use shared::paths;

use crate::answer::Answer;
use crate::database::{Database, on_both_databases};
use crate::shop::{Shop, limits, lines};

on_both_databases!(
    orders_of_a_day_count_together_towards_the_second_factor,
    nobody_orders_without_end_in_an_hour,
);

/// A token of alice, who signed in with two factors just now.
fn with_second_factor(shop: &Shop) -> String {
    let now = shop.org.now().seconds();
    shop.token(|claims| {
        claims.insert("acr".to_owned(), "urn:okta:loa:2fa:any".into());
        claims.insert("auth_time".to_owned(), json!(now));
    })
}

async fn buys(shop: &Shop, token: &str, key: &str) -> Answer {
    shop.api.buy(token, key, &lines(&[("spade", 1)])).await
}

async fn orders_of_a_day_count_together_towards_the_second_factor(shop: Shop) {
    shop.sell(&[("spade", 24_000, 90)]);
    let alice = shop.alice();
    buys(&shop, &alice, "first").await.expect(201);
    buys(&shop, &alice, "second").await.expect(201);
    let refused = buys(&shop, &alice, "third").await.expect(401);
    assert_eq!(refused.code(), "insufficient_user_authentication");
    assert!(refused.header("www-authenticate").unwrap().contains("max_age=\"900\""));
    assert_eq!(shop.api.product("spade").await.stock, 88);
    // What was placed is answered as before, another person may order, and a second factor helps.
    buys(&shop, &shop.bob(), "third").await.expect(201);
    shop.api.check_out(&with_second_factor(&shop), "third").await.expect(201);
    buys(&shop, &alice, "fourth").await.expect(401);
    // What is cancelled costs nothing.
    for order in shop.api.orders_of(&alice).await {
        shop.api.post(&alice, &[paths::ORDERS, "/", &order.number, paths::CANCEL].concat()).await.expect(200);
    }
    shop.api.check_out(&alice, "fourth").await.expect(201);
    shop.close().await;
}

async fn nobody_orders_without_end_in_an_hour(shop: Shop) {
    shop.sell(&[("spade", 100, 90)]);
    let strong = with_second_factor(&shop);
    for number in 0..20 {
        buys(&shop, &strong, &format!("key-{number}")).await.expect(201);
    }
    let refused = buys(&shop, &strong, "one-more").await.expect(429);
    assert_eq!(refused.code(), "rate_limited");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3000..=3600).contains(&wait), "{wait}");
    let problem: shared::Problem = refused.json();
    assert!(problem.detail.unwrap().contains("as many orders as one hour allows"));
    assert_eq!(shop.api.product("spade").await.stock, 70);
    let other = shop.bob();
    buys(&shop, &other, "key-0").await.expect(201);
    shop.close().await;
}

#[tokio::test]
async fn who_asks_too_often_for_anything_of_theirs_is_told_how_often_is_allowed() {
    let limits = Limits { requests_per_minute: NonZeroU32::new(5).unwrap(), ..limits() };
    for path in [paths::WHOAMI, paths::MESSAGES, paths::CART] {
        let shop = Shop::open_with(Database::Sqlite, limits).await;
        let alice = shop.alice();
        for left in (0..5).rev() {
            let answer = shop.api.get_as(&alice, path).await.expect(200);
            assert_eq!(answer.header("ratelimit-policy"), Some("\"person\";q=5;w=60"), "{path}");
            let seconds = (5 - left) * 12;
            assert_eq!(answer.header("ratelimit"), Some(format!("\"person\";r={left};t={seconds}").as_str()));
        }
        let answer = shop.api.get_as(&alice, path).await.expect(429);
        assert!(answer.header("ratelimit").unwrap().starts_with("\"person\";r=0;t="), "{path}");
        assert!(shop.api.get(paths::HELLO).await.expect(200).header("ratelimit").is_none());
        shop.close().await;
    }
}
