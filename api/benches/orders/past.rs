//! Orders of years, which nothing that is done today may have to go through.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// A thousand times as many as one round begins with, or nearly so.
pub(crate) const ORDERS: usize = 500_000;

/// Adds them, of fifty thousand people, with a key each.
pub(crate) async fn add(url: &str) {
    let numbers = if url.starts_with("sqlite:") {
        "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < COUNT)"
    } else {
        "WITH i (n) AS (SELECT generate_series(1, COUNT))"
    };
    let statements = [
        "INSERT INTO orders (number, iss, person, status, total_cents, placed_at)
         NUMBERS SELECT 'P' || n, 'past', 'p' || (n % 50000), 'shipped', 100, 1 FROM i",
        "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
         NUMBERS SELECT 'past', 'p' || (n % 50000), 'k' || n, unhex('00'), 'P' || n, 1 FROM i",
        "ANALYZE",
    ];
    let numbers = numbers.replace("COUNT", &ORDERS.to_string());
    let statements = statements.map(|statement| AssertSqlSafe(statement.replace("NUMBERS", &numbers)));
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        for statement in statements {
            connection.execute(sqlx::raw_sql(statement)).await.unwrap();
        }
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        for statement in statements {
            connection.execute(sqlx::raw_sql(statement)).await.unwrap();
        }
        // What the database does in the background after so much at once, and would have done long ago after years.
        for statement in ["VACUUM", "CHECKPOINT"] {
            connection.execute(statement).await.unwrap();
        }
        connection.close().await.unwrap();
    }
}
