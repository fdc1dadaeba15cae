//! An order while the disk is full: none, and everything as it was; once there is room again, one.

use okta_actix::Subject;
use sqlx::Executor as _;

use super::stock::Attempt;
use super::{id, on_postgresql, on_sqlite, product};
use crate::people::tests::subject;
use crate::store::pools::Pools;
use crate::store::{PlaceOrderError, Store, StoreError};

/// How a database is brought to say that the disk is full, and how it gets room again.
struct Disk {
    fill: &'static str,
    free: &'static str,
}

/// SQLite is told that its file may not grow; PostgreSQL gives the error that it gives then (SQLSTATE 53100).
const SQLITE: Disk = Disk { fill: "PRAGMA max_page_count = 1", free: "PRAGMA max_page_count = 1000000" };
const POSTGRES: Disk = Disk {
    fill: "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
           CREATE TRIGGER full_disk BEFORE INSERT ON orders EXECUTE FUNCTION full_disk();",
    free: "DROP TRIGGER full_disk ON orders",
};

#[tokio::test]
async fn an_order_on_a_full_disk_on_sqlite() {
    let opened = on_sqlite().await;
    an_order_waits_for_room(&opened.store, &SQLITE).await;
}

#[tokio::test]
async fn an_order_on_a_full_disk_on_postgresql() {
    let opened = on_postgresql().await;
    an_order_waits_for_room(&opened.store, &POSTGRES).await;
}

async fn an_order_waits_for_room(store: &Store, disk: &Disk) {
    store.replace_catalogue(&[product("a", "A", 100, 1_000)]).await.unwrap();
    let alice = subject("alice");
    let before = order(store, &alice, "before").await.unwrap();
    run(store, disk.fill).await;
    let refused = order_until_refused(store, &alice).await;
    assert!(matches!(refused, PlaceOrderError::Store(StoreError::Unavailable(_))), "{refused:?}");
    // Reading goes on, and what was confirmed is there.
    store.ping().await.unwrap();
    let stock = store.product(&id("a")).await.unwrap().unwrap().stock;
    run(store, disk.free).await;
    order(store, &alice, "after").await.unwrap();
    assert_eq!(store.product(&id("a")).await.unwrap().unwrap().stock, stock - 1);
    assert_eq!(order(store, &alice, "before").await.unwrap(), before);
    store.close().await;
}

/// The file may have room left in its last pages.
async fn order_until_refused(store: &Store, owner: &Subject) -> PlaceOrderError {
    for attempt in 0..900 {
        if let Err(error) = order(store, owner, &format!("full-{attempt}")).await {
            return error;
        }
    }
    panic!("the disk never was full");
}

/// Orders one piece; the number of the order.
async fn order(store: &Store, owner: &Subject, key: &str) -> Result<String, PlaceOrderError> {
    Attempt::of(key).buy(store, owner, &[("a", 1)]).await
}

async fn run(store: &Store, statement: &'static str) {
    match &store.pools {
        Pools::Sqlite { writer, .. } => writer.execute(sqlx::raw_sql(statement)).await.map(drop).unwrap(),
        Pools::Postgres { pool, .. } => pool.execute(sqlx::raw_sql(statement)).await.map(drop).unwrap(),
    }
}
