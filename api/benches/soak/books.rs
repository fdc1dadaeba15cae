//! What the database says of the orders, held against what was acknowledged.

use std::collections::HashSet;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::server::Server;

/// What each product has in stock at the beginning.
const STOCK: i64 = 1_000_000;

/// The books, closed.
pub(crate) struct Books {
    pub(crate) acknowledged: usize,
    /// Acknowledged, and not there.
    pub(crate) lost: usize,
    /// There, and acknowledged to nobody, who would order again.
    pub(crate) unknown: usize,
    /// Numbers that were acknowledged twice.
    pub(crate) doubled: usize,
    /// Pieces in orders, and pieces that are gone.
    pub(crate) ordered: i64,
    pub(crate) gone: i64,
}

pub(crate) async fn check(server: &Server, acknowledged: Vec<String>) -> Books {
    let options = SqliteConnectOptions::new().filename(server.database()).read_only(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let numbers: Vec<String> =
        sqlx::query_scalar("SELECT number FROM orders").fetch_all(&pool).await.unwrap();
    let one = |query: &'static str| sqlx::query_scalar::<_, i64>(query).fetch_one(&pool);
    let ordered = one("SELECT COALESCE(SUM(quantity), 0) FROM order_lines").await.unwrap();
    let left = one("SELECT SUM(stock) FROM products").await.unwrap();
    let products = one("SELECT COUNT(*) FROM products").await.unwrap();
    let (there, told): (HashSet<&String>, HashSet<&String>) =
        (numbers.iter().collect(), acknowledged.iter().collect());
    Books {
        acknowledged: acknowledged.len(),
        lost: told.difference(&there).count(),
        unknown: there.difference(&told).count() + numbers.len() - there.len(),
        doubled: acknowledged.len() - told.len(),
        ordered,
        gone: products * STOCK - left,
    }
}

impl Books {
    pub(crate) fn are_right(&self) -> bool {
        let pieces = i64::try_from(self.acknowledged).unwrap_or(i64::MAX);
        self.acknowledged > 0
            && (self.lost, self.unknown, self.doubled) == (0, 0, 0)
            && (self.ordered, self.gone) == (pieces, pieces)
    }
}
