//! What became of orders, read where nobody can pretend, and what a test wants to find there: in the database.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Row as _};
use xtask::stack::Stack;

/// The numbers of all orders, straight from the file.
pub(crate) async fn orders_in_database(stack: &Stack) -> Vec<String> {
    let rows = sqlx::query("SELECT number FROM orders").fetch_all(&mut open(stack).await).await.unwrap();
    rows.iter().map(|row| row.get("number")).collect()
}

/// Another price from now on, in cents.
pub(crate) async fn set_price(stack: &Stack, product: &str, cents: i64) {
    let change = sqlx::query("UPDATE products SET price_cents = ? WHERE id = ?").bind(cents).bind(product);
    let done = change.execute(&mut open(stack).await).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{product}");
}

/// So many earlier orders like the only one there is.
pub(crate) async fn add_earlier_orders(stack: &Stack, count: i64) {
    let orders = "WITH RECURSIVE copy(n) AS (SELECT 2001 UNION ALL SELECT n + 1 FROM copy WHERE n < 2000 + ?) \
         INSERT INTO orders (id, number, iss, person, status, total_cents, placed_at, status_since, recipient, \
                street, city, region, postal_code, country) \
         SELECT -n, printf('G-%04d-%04d', n, n), iss, person, status, total_cents, placed_at - n, status_since, \
                recipient, street, city, region, postal_code, country \
         FROM copy, orders WHERE id > 0";
    let lines = "INSERT INTO order_lines \
         SELECT o.id, l.position, l.product_id, l.name, l.quantity, l.unit_price_cents \
         FROM orders o, order_lines l WHERE o.id < 0";
    let mut connection = open(stack).await;
    sqlx::query(orders).bind(count).execute(&mut connection).await.unwrap();
    sqlx::query(lines).execute(&mut connection).await.unwrap();
}

/// So many products in the place of those that there were, as a program would have left them that knew no index: the
/// API indexes them when it is started again.
pub(crate) async fn sell_many(stack: &Stack, count: u32) {
    let mut connection = open(stack).await;
    for statement in
        ["UPDATE products SET withdrawn = TRUE", "DELETE FROM product_search", "DELETE FROM search_grams"]
    {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let products = "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ?) \
         INSERT INTO products (id, position, name, sort_name, summary, description, category, price_cents, stock) \
         SELECT 'product-' || n, n, 'Product ' || n, 'product ' || n, 'Grows in every garden', 'And well', 'seeds', \
                100, 10 FROM i";
    sqlx::query(products).bind(count).execute(&mut connection).await.unwrap();
}

async fn open(stack: &Stack) -> SqliteConnection {
    SqliteConnectOptions::new().filename(stack.database()).connect().await.unwrap()
}
