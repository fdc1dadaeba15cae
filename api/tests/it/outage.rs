//! A database that is locked, restarted or cut off: 503 meanwhile, nothing lost, and by itself back again.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{Order, paths};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::time::{Instant, sleep};

use crate::cluster::Cluster;
use crate::database::Database;
use crate::shop::{Client, Shop, limits, lines, order_of};

/// How long the shop may take to notice that its database is there again.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Somebody else who holds what an order needs.
pub(crate) enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holder {
    /// With SQLite the whole file, else what the statement locks.
    pub(crate) async fn hold(url: &str, statement: &'static str) -> Self {
        if url.starts_with("sqlite:") {
            let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
            let mut connection = options.connect().await.unwrap();
            connection.execute("BEGIN EXCLUSIVE").await.unwrap();
            Self::Sqlite(connection)
        } else {
            let mut connection = PgConnection::connect(url).await.unwrap();
            connection.execute("BEGIN").await.unwrap();
            connection.execute(statement).await.unwrap();
            Self::Postgres(connection)
        }
    }

    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => {
                connection.execute("ROLLBACK").await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

#[tokio::test]
async fn an_order_waits_for_a_locked_database_on_sqlite() {
    an_order_waits_for_a_lock_and_no_longer(Shop::open_on(Database::Sqlite).await).await;
}

#[tokio::test]
async fn an_order_waits_for_a_locked_database_on_postgresql() {
    an_order_waits_for_a_lock_and_no_longer(Shop::open_on(Database::Postgres).await).await;
}

async fn an_order_waits_for_a_lock_and_no_longer(shop: Shop) {
    shop.sell(&[("spade", 100, 10)]);
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("spade", 1)])).await);
    let holder = Holder::hold(&shop.database_url, "SELECT * FROM products FOR UPDATE").await;
    let first = shop.api.order(&token, "k", &body);
    let second = async {
        // So that the other one is the first.
        sleep(Duration::from_millis(200)).await;
        shop.api.order(&token, "k", &body).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((second.status, second.code().as_str()), (409, "idempotency_key_in_use"));
    assert_eq!((first.status, first.code().as_str()), (503, "unavailable"));
    assert!(first.header("retry-after").is_some() && second.header("retry-after").is_some());
    // Reading goes on.
    shop.api.get(paths::READYZ).await.expect(200);
    assert_eq!(shop.api.product("spade").await.stock, 10);
    holder.release().await;
    shop.api.order(&token, "k", &body).await.expect(201);
    assert_eq!(shop.api.product("spade").await.stock, 9);
    shop.close().await;
}

#[tokio::test]
async fn a_shop_outlives_its_postgresql() {
    let cluster = Cluster::own();
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_at(cluster.database().await, folder, limits()).await;
    shop.sell(&[("spade", 100, 10)]);
    let token = shop.alice();
    let before: Order = shop.api.buy(&token, "before", &lines(&[("spade", 1)])).await.expect(201).json();
    let body = order_of(&shop.api.fill(&token, &lines(&[("spade", 2)])).await);
    for mode in ["fast", "immediate"] {
        cluster.stop(mode);
        shop.api.get(paths::LIVEZ).await.expect(200);
        let waiting = shop.api.get(paths::READYZ).await.expect(503);
        assert_eq!(waiting.code(), "unavailable", "{mode}");
        assert_eq!(
            waiting.json::<serde_json::Value>()["not_ready"],
            serde_json::json!(["database"]),
            "{mode}"
        );
        assert_eq!(waiting.detail(), "The database does not answer.", "{mode}");
        assert_eq!(shop.api.order(&token, mode, &body).await.expect(503).code(), "unavailable", "{mode}");
        cluster.start();
        until_ready(&shop.api).await;
        assert_eq!(shop.api.orders_of(&token).await, std::slice::from_ref(&before), "{mode}");
    }
    shop.api.order(&token, "after", &body).await.expect(201);
    assert_eq!(shop.api.product("spade").await.stock, 7);
    shop.close().await;
}

#[tokio::test]
async fn orders_whose_connections_are_cut_are_retried_to_one_each() {
    const BUYERS: usize = 12;
    let cluster = Cluster::own();
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_at(cluster.database().await, folder, limits()).await;
    shop.sell(&[("spade", 100, 1_000)]);
    let buyers: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    for round in 0..10 {
        let key = format!("round-{round}");
        let spade = lines(&[("spade", 1)]);
        let bodies: Vec<_> = join_all(buyers.iter().map(|token| shop.api.fill(token, &spade)))
            .await
            .iter()
            .map(order_of)
            .collect();
        let pairs = || buyers.iter().zip(&bodies);
        let orders = join_all(pairs().map(|(token, body)| shop.api.order(token, &key, body)));
        let cut = async {
            sleep(Duration::from_millis(3 * round)).await;
            let others =
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'grove'";
            cluster.execute(others).await;
        };
        let (answers, ()) = tokio::join!(orders, cut);
        for (answer, (token, body)) in answers.iter().zip(pairs()) {
            assert!(matches!(answer.status, 201 | 503), "{answer:?}");
            let again: Order = persist(&shop.api, token, &key, body).await;
            assert!(answer.status != 201 || answer.json::<Order>() == again);
        }
    }
    assert_eq!(shop.api.product("spade").await.stock, 1_000 - 10 * 12);
    shop.close().await;
}

/// Sends an order until it is answered.
async fn persist(client: &Client, token: &str, key: &str, body: &serde_json::Value) -> Order {
    let started = Instant::now();
    loop {
        let answer = client.order(token, key, body).await;
        if answer.status == 201 {
            return answer.json();
        }
        assert!(answer.status == 503 && started.elapsed() < TIMEOUT, "{answer:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn until_ready(client: &Client) {
    let started = Instant::now();
    while client.get(paths::READYZ).await.status != 200 {
        assert!(started.elapsed() < TIMEOUT);
        sleep(Duration::from_millis(100)).await;
    }
}
