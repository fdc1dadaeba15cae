//! More requests than there are places: those that have begun go on, the others are told at once to come again, and probes
//! and passers-by are answered as ever.

use std::num::NonZeroU32;
use std::time::Duration;

use api::Limits;
use futures_util::future::join_all;
use shared::paths;
use tokio::time::Instant;

use crate::outage::Holder;
use crate::shop::{Shop, limits, lines, order_of};
use crate::stop::until;

const PLACES: usize = 8;

/// How long a request may take that is not let in.
const AT_ONCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn who_finds_no_place_hears_so_at_once_and_who_has_one_is_served() {
    let in_flight = NonZeroU32::new(u32::try_from(PLACES).unwrap()).unwrap();
    let shop = Shop::open_measured(Limits { in_flight, ..limits() }).await;
    shop.sell(&[("spade", 100, 100)]);
    let buyers: Vec<_> = (0..2 * PLACES).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let mut bodies = Vec::new();
    for buyer in &buyers {
        bodies.push(order_of(&shop.api.fill(buyer, &lines(&[("spade", 1)])).await));
    }
    let pairs = || buyers.iter().zip(&bodies);
    let holder = Holder::hold(&shop.database_url, "SELECT * FROM products FOR UPDATE").await;
    let first = join_all(pairs().take(PLACES).map(|(token, body)| shop.api.order(token, "k", body)));
    let meanwhile = async {
        let all = format!("grove_http_requests_in_flight {PLACES}\n");
        until(async || shop.api.metrics().await.contains(&all)).await;
        let begun = Instant::now();
        let late = join_all(pairs().skip(PLACES).map(|(token, body)| shop.api.order(token, "k", body))).await;
        let took = begun.elapsed();
        for path in [paths::LIVEZ, paths::READYZ, paths::PRODUCTS] {
            shop.api.get(path).await.expect(200);
        }
        holder.release().await;
        (late, took)
    };
    let (first, (late, took)) = tokio::join!(first, meanwhile);
    assert!(first.iter().all(|answer| answer.status == 201), "{first:?}");
    for answer in &late {
        assert_eq!((answer.status, answer.code().as_str()), (503, "unavailable"));
        assert!(answer.header("retry-after").is_some());
    }
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(shop.api.product("spade").await.stock, 100 - u32::try_from(PLACES).unwrap());
    // Who comes again is served.
    let again = join_all(pairs().skip(PLACES).map(|(token, body)| shop.api.order(token, "k", body))).await;
    assert!(again.iter().all(|answer| answer.status == 201), "{again:?}");
    shop.close().await;
}
