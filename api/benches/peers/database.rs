//! The database that all of them begin with: the shop's own schema and catalogue, enough of everything, and a full cart for
//! everybody who comes to buy.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use api::Till;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tempfile::TempDir;

use crate::customers::Customers;

/// A file to copy.
pub(crate) struct Template {
    folder: TempDir,
}

/// The shop's own.
static CATALOGUE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut products: Vec<Value> = serde_json::from_str(include_str!("../../seed/products.json")).unwrap();
    products.iter_mut().for_each(|product| product["stock"] = json!(STOCK));
    products
});

/// Of each product.
pub(crate) const STOCK: u32 = 1_000_000;

/// The pieces of the first products that are in each cart.
const CART: [i64; 2] = [1, 2];

#[derive(Deserialize)]
struct Priced {
    id: String,
    price: i64,
}

fn lines() -> impl Iterator<Item = (Priced, i64)> {
    CATALOGUE.iter().zip(CART).map(|(product, pieces)| (Priced::deserialize(product).unwrap(), pieces))
}

/// In cents.
pub(crate) fn total_of_cart() -> i64 {
    lines().map(|(product, pieces)| product.price * pieces).sum()
}

impl Template {
    pub(crate) async fn create(customers: &Customers<'_>) -> Self {
        let template = Self { folder: TempDir::new().unwrap() };
        let path = template.path();
        let url = format!("sqlite:{}", path.display());
        Till::open(&url, 1, &json!(*CATALOGUE).to_string()).await.unwrap().close().await;
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        fill_carts(&mut connection, customers).await;
        connection.close().await.unwrap();
        template
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("grove.sqlite")
    }

    pub(crate) fn copy_to(&self, path: &Path) {
        std::fs::copy(self.path(), path).unwrap();
    }
}

async fn fill_carts(connection: &mut SqliteConnection, customers: &Customers<'_>) {
    let people: Vec<&str> = customers.with_carts().map(|customer| customer.id.as_str()).collect();
    let mut transaction = connection.begin().await.unwrap();
    sqlx::query("INSERT INTO carts (iss, person, version) SELECT $1, value, 1 FROM json_each($2)")
        .bind(customers.issuer())
        .bind(json!(people).to_string())
        .execute(&mut *transaction)
        .await
        .unwrap();
    for (position, (product, pieces)) in (0_i64..).zip(lines()) {
        sqlx::query(
            "INSERT INTO cart_lines (iss, person, product_id, position, quantity, seen_price_cents)
             SELECT iss, person, $1, $2, $3, $4 FROM carts",
        )
        .bind(product.id)
        .bind(position)
        .bind(pieces)
        .bind(product.price)
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
}
