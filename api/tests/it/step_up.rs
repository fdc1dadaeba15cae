//! What is too much: an order for a sign-in, requests for one person, a body for the patience of the server.

use std::num::NonZeroU32;

use api::Limits;
use okta_types::Challenge;
use serde_json::json;
use shared::{Money, paths};

use crate::database::Database;
use crate::shop::{Shop, limits, lines};

#[tokio::test]
async fn a_large_order_asks_for_a_second_factor_of_the_last_quarter_of_an_hour() {
    let limits = Limits { step_up_above: Money::from_cents(10_000), ..limits() };
    let shop = Shop::open_with(Database::Sqlite, limits).await;
    shop.sell(&[("spade", 5_000, 10)]);
    let now = shop.org.now().seconds();
    let signed_in = |acr: &str, ago: i64| {
        shop.token(|claims| {
            claims.insert("acr".to_owned(), acr.into());
            claims.insert("auth_time".to_owned(), json!(now - ago));
        })
    };
    let (two, one) = ("urn:okta:loa:2fa:any", "urn:okta:loa:1fa:any");
    shop.api.buy(&signed_in(one, 3600), "exactly", &lines(&[("spade", 2)])).await.expect(201);
    for (acr, ago) in [(one, 0), (two, 3600)] {
        let answer = shop.api.buy(&signed_in(acr, ago), "large", &lines(&[("spade", 3)])).await.expect(401);
        assert_eq!(answer.code(), "insufficient_user_authentication", "{acr} {ago}");
        let challenge = Challenge::parse(answer.header("www-authenticate").unwrap()).unwrap();
        assert_eq!((challenge.acr_values.as_deref(), challenge.max_age), (Some(two), Some(900)));
    }
    assert_eq!(shop.api.product("spade").await.stock, 8);
    let fresh = signed_in(two, 60);
    shop.api.check_out(&fresh, "large").await.expect(201);
    assert_eq!(shop.api.orders_of(&fresh).await.len(), 2);
    shop.close().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait_and_others_are_not() {
    let limits = Limits { requests_per_minute: NonZeroU32::new(5).unwrap(), ..limits() };
    let shop = Shop::open_with(Database::Sqlite, limits).await;
    let (alice, bob) = (shop.alice(), shop.bob());
    for _ in 0..5 {
        shop.api.get_as(&alice, paths::CART).await.expect(200);
    }
    let answer = shop.api.get_as(&alice, paths::ORDERS).await.expect(429);
    assert_eq!(answer.code(), "rate_limited");
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=13).contains(&wait), "{wait}");
    shop.api.get_as(&bob, paths::CART).await.expect(200);
    shop.api.get(paths::PRODUCTS).await.expect(200);
    shop.close().await;
}
