//! Connections of either database, and transactions on them.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Database, PgPool, Pool, SqlitePool};

use super::StoreError;
use super::asking::Asking;
use super::error::Conflicting;
use super::group_commit::GroupCommit;
use super::open::PoolMode;
use super::session::{BegunTransaction, Lease, LeasedConnection, Session, Transaction};
use super::session_settings::{BEGIN_BATCH, BEGIN_BATCH_POOLED, BEGIN_POOLED, BEGIN_READING_POOLED};

/// How often a transaction is tried that was in another one's way.
const ATTEMPTS: u32 = 3;
/// How long such a one waits before its next try; longer each time.
const BACK_OFF: Duration = Duration::from_millis(20);

/// What a trace calls one.
const TRANSACTION: &str = "database transaction";

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
    Sqlite { readers: SqlitePool, writer: SqlitePool, changes: GroupCommit },
    Postgres { pool: PgPool, mode: PoolMode },
}

impl Pools {
    pub(super) fn status(&self) -> Vec<PoolStatus> {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                vec![PoolStatus::of("read", readers), PoolStatus::of("write", writer)]
            }
            Self::Postgres { pool, .. } => vec![PoolStatus::of("all", pool)],
        }
    }

    /// A connection to read with.
    pub(super) async fn read(&self) -> Result<Lease, StoreError> {
        let span = Asking::begin(self.system(), "database read");
        let connection = span.outcome(self.lease().await)?;
        Ok(Lease { connection, _span: span })
    }

    async fn lease(&self) -> Result<LeasedConnection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => LeasedConnection::Sqlite(readers.acquire().await?),
            Self::Postgres { pool, mode: PoolMode::Session } => {
                LeasedConnection::Postgres(pool.acquire().await?)
            }
            Self::Postgres { pool, mode: PoolMode::Transaction } => {
                let begin = AssertSqlSafe(BEGIN_READING_POOLED.clone());
                LeasedConnection::Pooled(pool.begin_with(begin).await?)
            }
        })
    }

    /// Its name in the conventions of OpenTelemetry.
    fn system(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgresql",
        }
    }

    /// Waits for what is running, then closes.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// Begins a transaction that may write.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let span = Asking::begin(self.system(), TRANSACTION);
        let begun = span.outcome(self.begin_one().await)?;
        Ok(Transaction { begun, span })
    }

    async fn begin_one(&self) -> Result<BegunTransaction, StoreError> {
        Ok(match self {
            Self::Sqlite { changes, .. } => BegunTransaction::Sqlite(changes.begin().await?),
            Self::Postgres { pool, mode: mode @ PoolMode::Session } => {
                BegunTransaction::Postgres(pool.begin().await?, *mode)
            }
            Self::Postgres { pool, mode: mode @ PoolMode::Transaction } => {
                let begin = AssertSqlSafe(BEGIN_POOLED.clone());
                BegunTransaction::Postgres(pool.begin_with(begin).await?, *mode)
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
                let span = Asking::begin(self.system(), TRANSACTION);
                let begun = span.outcome(pool.begin_with(AssertSqlSafe(Arc::clone(begin))).await)?;
                Ok(Transaction { begun: BegunTransaction::Postgres(begun, *mode), span })
            }
        }
    }

    /// Does `work` in one transaction: all of it is there or nothing. What was in another transaction's way
    /// (PostgreSQL's serialization failure and deadlock) is done again, up to three times in all. SQLite commits what
    /// comes at the same time together.
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
        let done = work(&mut transaction.session()).await;
        transaction.end(done).await
    }
}
