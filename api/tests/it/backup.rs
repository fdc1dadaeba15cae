//! A back-up that is made while orders come in is a shop of one moment: nothing half done is in it, and it opens.

use futures_util::future::join_all;
use serde_json::Value;
use shared::{Order, OrderPage, paths};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::cluster::Cluster;
use crate::database::on_both_databases;
use crate::shop::{Api, Shop, lines, order_of, url_of};

const BUYERS: usize = 24;
const STOCK: u32 = 1_000;

on_both_databases!(a_back_up_made_meanwhile_is_a_shop_of_one_moment);

async fn a_back_up_made_meanwhile_is_a_shop_of_one_moment(shop: Shop) {
    shop.sell(&[("spade", 100, STOCK)]);
    let buyers: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let spade = lines(&[("spade", 2)]);
    let carts = join_all(buyers.iter().map(|token| shop.api.fill(token, &spade))).await;
    let bodies: Vec<Value> = carts.iter().map(order_of).collect();
    let pairs = || buyers.iter().zip(&bodies);
    let early = join_all(pairs().take(4).map(|(token, body)| shop.api.order(token, "k", body))).await;
    let late = join_all(pairs().skip(4).map(|(token, body)| shop.api.order(token, "k", body)));
    let (late, copy) = tokio::join!(late, back_up(&shop));
    assert!(early.iter().chain(&late).all(|answer| answer.status == 201));

    let restored = Api::start(shop.org.issuer(), shop.org.client_id(), &copy).await;
    let page: OrderPage = restored
        .get_as(&shop.staff(), &format!("{}?limit=100", paths::STAFF_ORDERS))
        .await
        .expect(200)
        .json();
    let sold: u32 = page.orders.iter().flat_map(|order| &order.lines).map(|line| line.quantity.get()).sum();
    assert_eq!(restored.product("spade").await.stock + sold, STOCK);
    for answer in &early {
        assert!(page.orders.contains(&answer.json::<Order>()), "confirmed before the back-up: {answer:?}");
    }
    // It is a shop: who asks again gets the same order where it is in the back-up, and a new one where it is not.
    for ((token, body), answer) in pairs().zip(early.iter().chain(&late)) {
        let (placed, order) = (answer.json::<Order>(), restored.order(token, "k", body).await.expect(201));
        assert_eq!(page.orders.contains(&placed), order.json::<Order>() == placed);
    }
    assert_eq!(restored.product("spade").await.stock, STOCK - 2 * u32::try_from(BUYERS).unwrap());
    restored.stop().await;
    shop.close().await;
}

/// Makes a back-up as an operator does, and gives the address of what was restored of it.
async fn back_up(shop: &Shop) -> String {
    if !shop.database_url.starts_with("sqlite:") {
        return Cluster::shared().restored_dump(&shop.database_url).await;
    }
    let file = shop.folder.path().join("back-up.sqlite");
    let options: SqliteConnectOptions = shop.database_url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let into = sqlx::query("VACUUM INTO $1").bind(file.to_str().unwrap());
    into.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut copy = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut copy).await.unwrap();
    assert_eq!(verdict, "ok");
    copy.close().await.unwrap();
    url_of(&file)
}
