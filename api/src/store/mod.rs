//! The shop's database: the only place with SQL.
//!
//! SQLite for now. Statements keep to what PostgreSQL understands too (`$1`, `RETURNING`, `ON CONFLICT`).
//! There is one connection that writes, because SQLite has one writer at a time and a queue in the
//! program is fair where waiting for a file lock is not; readers never wait for it (WAL).
//! Whatever belongs to a person is asked for with that person's [`Subject`](okta_jwt::Subject).

mod catalogue;
mod error;
mod idempotency;
mod open;
mod orders;

use sqlx::{Sqlite, SqlitePool, Transaction};

pub(crate) use catalogue::CatalogueFilter;
pub use error::StoreError;
pub use open::OpenError;
pub(crate) use open::{check_url, open};
pub(crate) use orders::{PlaceOrderError, Placed, Purchase, Shortage};

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Store {
    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM products LIMIT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Waits for what is running, then closes.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Begins a transaction that may write. `IMMEDIATE` takes the lock at once: a transaction that read
    /// first and asks for the lock later can be refused without waiting.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}
