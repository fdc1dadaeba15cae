//! A database of an earlier version of the program: everything in it is there afterwards, and found.

use shared::{Category, ProductSort};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::cluster::Cluster;
use super::id;
use crate::store::{self, CatalogueFilter};

/// The last version of the schema before lists and searches went by indexes.
const BEFORE: i64 = 3;

/// What a shop had then: two products that are sold, one that is not, and an order.
const CONTENT: &str = "
    INSERT INTO products (id, position, name, sort_name, summary, description, category, price_cents, stock, search_text, withdrawn)
    VALUES ('tomato', 0, 'Tomato', 'tomato', 'Red', 'd', 'seeds', 200, 5, 'tomato red', FALSE),
           ('spade', 1, 'Spade', 'spade', 'Forged', 'd', 'tools', 100, 5, 'spade forged', FALSE),
           ('gone', 2, 'Tomato of old', 'tomato of old', 'Gone', 'd', 'seeds', 100, 5, 'tomato of old gone', TRUE);
    INSERT INTO orders (number, iss, person, status, total_cents, placed_at) VALUES ('G1', 'i', 'p', 'placed', 200, 1);
    INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
    SELECT id, 0, 'tomato', 'Tomato', 1, 200 FROM orders;";

fn before(mut all: Migrator) -> Migrator {
    all.migrations.to_mut().retain(|migration| migration.version <= BEFORE);
    all
}

#[tokio::test]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    before(sqlx::migrate!("./migrations/sqlite")).run(&mut connection).await.unwrap();
    sqlx::raw_sql(CONTENT).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    check(&format!("sqlite:{}", path.display())).await;
}

#[tokio::test]
async fn on_postgresql() {
    let url = Cluster::shared().database().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    before(sqlx::migrate!("./migrations/postgres")).run(&mut connection).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(CONTENT)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    check(&url).await;
}

async fn check(url: &str) {
    // The second time everything is there already.
    for _ in 0..2 {
        let store = store::open(url, 2).await.unwrap();
        let found = async |filter: CatalogueFilter| {
            let page = store.products(&filter, 10).await.unwrap();
            let total = store.count_products(&filter).await.unwrap();
            assert_eq!(usize::try_from(total).unwrap(), page.items.len());
            page.items.into_iter().map(|product| product.id.to_string()).collect::<Vec<_>>()
        };
        let all = CatalogueFilter::default();
        let search = |text: &str| CatalogueFilter { search: Some(text.to_owned()), ..all.clone() };
        assert_eq!(found(all.clone()).await, ["tomato", "spade"]);
        assert_eq!(
            found(CatalogueFilter { sort: ProductSort::Price, ..all.clone() }).await,
            ["spade", "tomato"]
        );
        assert_eq!(
            found(CatalogueFilter { category: Some(Category::Seeds), ..all.clone() }).await,
            ["tomato"]
        );
        assert_eq!(found(search("tomatto")).await, ["tomato"]);
        assert_eq!(found(search("forged")).await, ["spade"]);
        assert_eq!(store.product(&id("gone")).await.unwrap(), None);
        store.close().await;
    }
}
