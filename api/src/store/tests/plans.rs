//! How the databases find what a request asks for: by an index, however much there is.

use shared::{Product, ProductSort};

use super::{on_both, product};
use crate::store::session::{Arg, Session, args};
use crate::store::{Store, carts, catalogue, checkout, found, orders};

on_both!(every_request_finds_its_rows_by_an_index);

const PRODUCTS: usize = 5_000;

/// What may be gone through from one end to the other: what a statement itself has made, what its arguments name, four
/// rows, and what the search index has found.
const SMALL: [&str; 9] = [
    "o",
    "f",
    "found",
    "degrees",
    "wish",
    "json_each",
    "json_array_elements",
    "product_counts",
    "product_search",
];

/// Statements in which the database has to put nothing in order: the index has it in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    ByIndex,
    OfFew,
}

async fn every_request_finds_its_rows_by_an_index(store: Store) {
    fill(&store).await;
    let (a, n) = (Arg::Text("a"), Arg::Int(10));
    for sort in ProductSort::ALL {
        for (shelf, after) in [(false, false), (false, true), (true, false), (true, true)] {
            let statement = catalogue::page_statement(sort, shelf, after);
            check(&store, statement, &[n, Arg::Text("seeds"), Arg::Text("product-7")], Order::ByIndex).await;
        }
        let is_sqlite = matches!(store.read().await.unwrap().session(), Session::Sqlite(_));
        let word = if is_sqlite { "words : (\"product\")" } else { "'product'" };
        let args = [Arg::Text(word), Arg::Text(word), Arg::Text(word), a, a, n];
        check(&store, found::page_statement(is_sqlite, sort), &args, Order::OfFew).await;
    }
    for (owner, status) in [(false, false), (false, true), (true, false), (true, true)] {
        // The lines of these few orders are put in order.
        let args = [Arg::Int(2_000), n, Arg::Text("placed"), a, a];
        check(&store, orders::page_statement(owner, status), &args, Order::OfFew).await;
    }
    check(&store, catalogue::FIND_ALL, args!["[]"], Order::OfFew).await;
    check(&store, catalogue::FIND, args!["product-7"], Order::ByIndex).await;
    check(&store, orders::FIND, &[a, a, a], Order::OfFew).await;
    check(&store, carts::READ, &[a, a], Order::OfFew).await;
    for statement in checkout::STATEMENTS {
        check(&store, statement, &[Arg::Text("[]")], Order::ByIndex).await;
    }
    // What each person ordered in a day is added up.
    check(&store, checkout::RECENT_ORDERS, args!["[]"], Order::OfFew).await;
    store.close().await;
}

/// A deferred foreign key is looked for when its order comes, which no plan shows.
#[tokio::test]
async fn what_waits_for_an_order_is_found_by_an_index_on_sqlite() {
    let opened = super::on_sqlite().await;
    let mut lease = opened.store.read().await.unwrap();
    let unfound: Vec<(String, String)> = lease
        .session()
        .fetch_all(
            "SELECT t.name, f.\"from\" FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
             WHERE t.type = 'table' AND t.sql LIKE '%DEFERR%' AND NOT EXISTS (
                 SELECT * FROM pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
                 WHERE c.seqno = 0 AND c.name = f.\"from\")",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(unfound, []);
}

async fn fill(store: &Store) {
    let products: Vec<Product> =
        (0..PRODUCTS).map(|i| product(&format!("product-{i}"), &format!("Product {i}"), 100, 9)).collect();
    store.replace_catalogue(&products).await.unwrap();
    let mut transaction = store.pools.begin().await.unwrap();
    for statement in [
        "INSERT INTO orders (number, iss, person, status, total_cents, placed_at)
         WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000)
         SELECT 'G' || n, 'a', 'p' || (n % 500), CASE WHEN n % 9 = 0 THEN 'placed' ELSE 'shipped' END, 100, n FROM i",
        "INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
         SELECT id, 0, 'product-7', 'Product', 1, 100 FROM orders",
        "INSERT INTO carts (iss, person, version)
         WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000) SELECT 'a', 'p' || n, 1 FROM i",
        "INSERT INTO cart_lines (iss, person, product_id, position, quantity, seen_price_cents)
         SELECT iss, person, 'product-7', 0, 1, 100 FROM carts",
        "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
         SELECT iss, person, number, unhex('00'), number, 1 FROM orders",
    ] {
        transaction.session().execute(statement, &[]).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut transaction = store.pools.begin().await.unwrap();
    transaction.session().execute("ANALYZE", &[]).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn check(store: &Store, statement: &'static str, args: &[Arg<'_>], order: Order) {
    let mut lease = store.read().await.unwrap();
    let session = &mut lease.session();
    let plan: Vec<String> = match session {
        Session::Sqlite(_) => {
            let rows: Vec<(i64, i64, i64, String)> =
                session.fetch_all(leaked("EXPLAIN QUERY PLAN ", statement), args).await.unwrap();
            rows.into_iter().map(|(.., detail)| detail).collect()
        }
        Session::Postgres { .. } => {
            let rows: Vec<(String,)> = session.fetch_all(leaked("EXPLAIN ", statement), args).await.unwrap();
            rows.into_iter().map(|(line,)| line).collect()
        }
    };
    let text = plan.join("\n");
    for line in &plan {
        let scanned =
            line.strip_prefix("SCAN ").or_else(|| line.split_once("Seq Scan on ").map(|(_, of)| of));
        let scanned = scanned.and_then(|of| of.split([' ', '(']).next());
        assert!(scanned.is_none_or(|table| SMALL.contains(&table)), "{line}\n{statement}\n{text}");
        let sorted = line.contains("TEMP B-TREE FOR ORDER BY") || line.contains("Sort");
        assert!(order == Order::OfFew || !sorted, "{line}\n{statement}\n{text}");
    }
    assert!(!plan.is_empty());
}

/// Statements are texts of the program; these live as long as the test.
fn leaked(explain: &str, statement: &str) -> &'static str {
    format!("{explain}{statement}").leak()
}
