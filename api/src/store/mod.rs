//! The shop's database, SQLite or PostgreSQL: the only place with SQL.
//!
//! Both speak the same statements through [`session`]; what differs stands in [`open`]. With SQLite there is
//! one connection that writes, because SQLite has one writer at a time and a queue in the program is fair
//! where waiting for a file lock is not; readers never wait for it (WAL). PostgreSQL's writers run side by
//! side under READ COMMITTED: every statement that takes something names its condition, and rows are taken
//! in one order (key, cart, products by id), so that of two transactions one waits for the other. Orders that come
//! in at the same time share a transaction and its commit, see [`checkout`].
//! Whatever belongs to a person is asked for with that person's [`Subject`](okta_actix::Subject).

mod carts;
mod catalogue;
mod checkout;
mod error;
mod fulfilment;
mod idempotency;
mod open;
mod orders;
mod restock;
mod session;
#[cfg(test)]
mod tests;

use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

pub(crate) use carts::CartError;
pub(crate) use catalogue::{CatalogueFilter, PageOf};
pub(crate) use checkout::{PlaceOrderError, Placed, Purchase, Shortage};
pub use error::StoreError;
pub(crate) use fulfilment::{Transition, TransitionError};
pub use open::OpenError;
pub(crate) use open::{check_url, open};
pub(crate) use orders::{OrderFilter, PageError};
pub(crate) use restock::{Delivery, RestockError};

use checkout::Desk;
use error::Conflicting;
use session::{Lease, Session, Transaction};

/// How often a transaction is tried that was in another one's way.
const ATTEMPTS: u32 = 3;
/// How long such a one waits before its next try; longer each time.
const BACK_OFF: Duration = Duration::from_millis(20);
/// How long a probe may take: who asks wants to know soon.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// SQLite's `IMMEDIATE` takes the lock at once: a transaction that read first and asks for the lock later can be
/// refused without waiting.
const BEGIN_WRITING: &str = "BEGIN IMMEDIATE";
/// What a transaction of many orders waits for a row that another transaction holds: not long, for all of them
/// wait, and each can still wait by itself. Shorter than what PostgreSQL takes to notice a deadlock.
const BEGIN_BATCH: &str = "BEGIN; SET LOCAL lock_timeout = '200ms'";

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pools: Pools,
    desk: Desk,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Store {
    /// With these pools; orders are placed on the runtime that calls this.
    fn of(pools: Pools) -> Self {
        Self { desk: Desk::open(pools.clone()), pools }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let asked = async {
            let mut lease = self.read().await?;
            Ok(lease.session().execute("SELECT 1 FROM products LIMIT 1", &[]).await.map(drop)?)
        };
        tokio::time::timeout(PING_TIMEOUT, asked)
            .await
            .unwrap_or_else(|_| Err(StoreError::from(sqlx::Error::PoolTimedOut)))
    }

    /// Waits for what is running, then closes.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    async fn read(&self) -> Result<Lease, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Lease::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => Lease::Postgres(pool.acquire().await?),
        })
    }

    async fn transact<T, E>(&self, work: impl AsyncFn(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + Conflicting,
    {
        self.pools.transact(work).await
    }
}

impl Pools {
    /// Begins a transaction that may write.
    async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Transaction::Sqlite(writer.begin_with(BEGIN_WRITING).await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction of many orders.
    async fn begin_batch(&self) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite { .. } => self.begin().await,
            Self::Postgres(pool) => Ok(Transaction::Postgres(pool.begin_with(BEGIN_BATCH).await?)),
        }
    }

    /// Does `work` in one transaction: all of it is there or nothing. What was in another transaction's way
    /// (PostgreSQL's serialization failure and deadlock) is done again, up to three times in all.
    async fn transact<T, E>(&self, work: impl AsyncFn(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + Conflicting,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(&work).await {
                Err(error) if attempt < ATTEMPTS && error.is_conflict() => {
                    tracing::debug!(attempt, "two transactions were in each other's way");
                    tokio::time::sleep(BACK_OFF * attempt).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt<T, E>(&self, work: &impl AsyncFn(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut transaction = self.begin().await?;
        let done = work(&mut transaction.session()).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(done)
    }
}
