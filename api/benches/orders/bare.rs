//! The yardstick: one row, one transaction.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::CONNECTIONS;

const CREATE: &str = "CREATE TABLE bare (text TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO bare (text) VALUES ($1)";

/// A table that nothing else is in, reached as the API reaches its own: as durably, over as many connections.
pub(crate) enum Table {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Table {
    pub(crate) async fn create(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            let options: SqliteConnectOptions = url.parse().unwrap();
            let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            sqlx::query(CREATE).execute(&pool).await.unwrap();
            Self::Sqlite(pool)
        } else {
            let options: PgConnectOptions = url.parse().unwrap();
            let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.unwrap();
            sqlx::query(CREATE).execute(&pool).await.unwrap();
            Self::Postgres(pool)
        }
    }

    pub(crate) async fn insert(&self) {
        match self {
            Self::Sqlite(pool) => {
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query(INSERT).bind("row").execute(&mut *transaction).await.unwrap();
                transaction.commit().await.unwrap();
            }
            Self::Postgres(pool) => {
                let mut transaction = pool.begin().await.unwrap();
                sqlx::query(INSERT).bind("row").execute(&mut *transaction).await.unwrap();
                transaction.commit().await.unwrap();
            }
        }
    }
}
