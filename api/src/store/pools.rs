//! Connections of either database, and transactions on them.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Database, PgPool, Pool, SqlitePool};

use super::StoreError;
use super::error::Conflicting;
use super::open::PoolMode;
use super::session::{Lease, Session, Transaction};
use super::session_settings::{BEGIN_BATCH, BEGIN_BATCH_POOLED, BEGIN_POOLED, BEGIN_READING_POOLED};

/// How often a transaction is tried that was in another one's way.
const ATTEMPTS: u32 = 3;
/// How long such a one waits before its next try; longer each time.
const BACK_OFF: Duration = Duration::from_millis(20);

/// SQLite's `IMMEDIATE` takes the lock at once: a transaction that read first and asks for the lock later can be
/// refused without waiting.
const BEGIN_WRITING: &str = "BEGIN IMMEDIATE";

/// The connections of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolStatus {
    /// What it is for: `read`, `write`, or `all`.
    pub(crate) pool: &'static str,
    /// Those that wait to be used.
    pub(crate) idle: usize,
    /// Those that are being used.
    pub(crate) used: usize,
    /// How many there may be.
    pub(crate) max: u32,
}

impl PoolStatus {
    fn of<D: Database>(pool: &'static str, connections: &Pool<D>) -> Self {
        let idle = connections.num_idle();
        let all = usize::try_from(connections.size()).unwrap_or(usize::MAX);
        Self { pool, idle, used: all.saturating_sub(idle), max: connections.options().get_max_connections() }
    }
}

/// The pools of one database. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres { pool: PgPool, mode: PoolMode },
}

impl Pools {
    pub(super) fn status(&self) -> Vec<PoolStatus> {
        match self {
            Self::Sqlite { readers, writer } => {
                vec![PoolStatus::of("read", readers), PoolStatus::of("write", writer)]
            }
            Self::Postgres { pool, .. } => vec![PoolStatus::of("all", pool)],
        }
    }

    /// A connection to read with.
    pub(super) async fn read(&self) -> Result<Lease, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Lease::Sqlite(readers.acquire().await?),
            Self::Postgres { pool, mode: PoolMode::Session } => Lease::Postgres(pool.acquire().await?),
            Self::Postgres { pool, mode: PoolMode::Transaction } => {
                Lease::Pooled(pool.begin_with(AssertSqlSafe(BEGIN_READING_POOLED.clone())).await?)
            }
        })
    }

    /// Waits for what is running, then closes.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// Begins a transaction that may write.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Transaction::Sqlite(writer.begin_with(BEGIN_WRITING).await?),
            Self::Postgres { pool, mode: mode @ PoolMode::Session } => {
                Transaction::Postgres(pool.begin().await?, *mode)
            }
            Self::Postgres { pool, mode: mode @ PoolMode::Transaction } => {
                Transaction::Postgres(pool.begin_with(AssertSqlSafe(BEGIN_POOLED.clone())).await?, *mode)
            }
        })
    }

    /// Begins a transaction of many orders.
    pub(super) async fn begin_batch(&self) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite { .. } => self.begin().await,
            Self::Postgres { pool, mode } => {
                let begin = match mode {
                    PoolMode::Session => &BEGIN_BATCH,
                    PoolMode::Transaction => &BEGIN_BATCH_POOLED,
                };
                Ok(Transaction::Postgres(pool.begin_with(AssertSqlSafe(Arc::clone(begin))).await?, *mode))
            }
        }
    }

    /// Does `work` in one transaction: all of it is there or nothing. What was in another transaction's way
    /// (PostgreSQL's serialization failure and deadlock) is done again, up to three times in all.
    pub(super) async fn transact<T, E>(
        &self,
        work: impl AsyncFn(&mut Session<'_>) -> Result<T, E>,
    ) -> Result<T, E>
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
