//! One way to speak to either database: the same statements, the driver of each.
//!
//! Statements keep to what both understand (`$1`, `RETURNING`, `ON CONFLICT`, row values). `sqlx`'s own `Any`
//! driver would hide the settings that make SQLite and PostgreSQL durable; here each keeps its own pool.

use sqlx::encode::Encode;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Arguments, Database, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Type};

use super::StoreError;
use super::asking::Asking;
use super::group_commit::Change;
use super::open::PoolMode;

/// A value of a statement.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arg<'a> {
    Int(i64),
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Bytes(&'a [u8]),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::MaybeText(value)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

/// The values of a statement, in order: `args![owner.iss(), 7_i64]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::store::session::Arg::from($value)),*] };
}
pub(super) use args;

/// A row that either database can give.
pub(super) trait Record:
    Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>
{
}

impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

/// A connection to read with, on its own.
pub(super) struct Lease {
    pub(super) connection: LeasedConnection,
    /// Ends when the connection is given back.
    pub(super) _span: Asking,
}

/// Of either database.
pub(super) enum LeasedConnection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    /// Behind a pooler a connection is one's own as long as a transaction.
    Pooled(sqlx::Transaction<'static, Postgres>),
}

impl Lease {
    pub(super) fn session(&mut self) -> Session<'_> {
        match &mut self.connection {
            LeasedConnection::Sqlite(connection) => Session::Sqlite(connection),
            LeasedConnection::Postgres(connection) => {
                Session::Postgres { connection, mode: PoolMode::Session }
            }
            LeasedConnection::Pooled(transaction) => {
                Session::Postgres { connection: transaction, mode: PoolMode::Transaction }
            }
        }
    }
}

/// A transaction; dropped without a commit it never happened.
pub(super) struct Transaction {
    pub(super) begun: BegunTransaction,
    /// Ends with the transaction.
    pub(super) span: Asking,
}

/// Of either database.
pub(super) enum BegunTransaction {
    Sqlite(Change),
    Postgres(sqlx::Transaction<'static, Postgres>, PoolMode),
}

impl Transaction {
    pub(super) fn session(&mut self) -> Session<'_> {
        match &mut self.begun {
            BegunTransaction::Sqlite(change) => Session::Sqlite(change.connection()),
            BegunTransaction::Postgres(transaction, mode) => {
                Session::Postgres { connection: transaction, mode: *mode }
            }
        }
    }

    /// Commits where the work was done, and else takes all of it back.
    pub(super) async fn end<T, E: From<StoreError>>(self, done: Result<T, E>) -> Result<T, E> {
        match done {
            Ok(done) => {
                self.span.outcome(self.begun.commit().await)?;
                Ok(done)
            }
            Err(error) => {
                self.begun.roll_back().await;
                Err(error)
            }
        }
    }

    #[cfg(test)]
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.end(Ok(())).await
    }
}

impl BegunTransaction {
    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(change) => change.commit().await,
            Self::Postgres(transaction, _) => Ok(transaction.commit().await?),
        }
    }

    async fn roll_back(self) {
        match self {
            Self::Sqlite(change) => change.roll_back().await,
            // Where that fails, the connection is lost, and all of it with that.
            Self::Postgres(transaction, _) => drop(transaction.rollback().await),
        }
    }
}

/// Where statements are run: inside a transaction or on a connection.
pub(super) enum Session<'c> {
    Sqlite(&'c mut SqliteConnection),
    /// A statement is kept prepared where the connection is this program's own.
    Postgres {
        connection: &'c mut PgConnection,
        mode: PoolMode,
    },
}

impl Session<'_> {
    /// Runs a statement; how many rows it changed.
    pub(super) async fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_with(sql, arguments::<Sqlite>(args)?);
                Ok(query.execute(&mut **connection).await?.rows_affected())
            }
            Self::Postgres { connection, mode } => {
                let query =
                    sqlx::query_with(sql, arguments::<Postgres>(args)?).persistent(mode.keeps_statements());
                Ok(query.execute(&mut **connection).await?.rows_affected())
            }
        }
    }

    /// All rows.
    pub(super) async fn fetch_all<T: Record>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, sqlx::Error> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query_as_with(sql, arguments::<Sqlite>(args)?).fetch_all(&mut **connection).await
            }
            Self::Postgres { connection, mode } => {
                sqlx::query_as_with(sql, arguments::<Postgres>(args)?)
                    .persistent(mode.keeps_statements())
                    .fetch_all(&mut **connection)
                    .await
            }
        }
    }

    /// The first row, if there is one.
    pub(super) async fn fetch_optional<T: Record>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<Option<T>, sqlx::Error> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query_as_with(sql, arguments::<Sqlite>(args)?).fetch_optional(&mut **connection).await
            }
            Self::Postgres { connection, mode } => {
                sqlx::query_as_with(sql, arguments::<Postgres>(args)?)
                    .persistent(mode.keeps_statements())
                    .fetch_optional(&mut **connection)
                    .await
            }
        }
    }

    /// The one row there must be.
    pub(super) async fn fetch_one<T: Record>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<T, sqlx::Error> {
        self.fetch_optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

fn arguments<DB>(args: &[Arg<'_>]) -> Result<DB::Arguments, sqlx::Error>
where
    DB: Database,
    for<'t> i64: Encode<'t, DB> + Type<DB>,
    for<'t> &'t str: Encode<'t, DB> + Type<DB>,
    for<'t> Option<&'t str>: Encode<'t, DB> + Type<DB>,
    for<'t> &'t [u8]: Encode<'t, DB> + Type<DB>,
{
    let mut written = DB::Arguments::default();
    for arg in args {
        match *arg {
            Arg::Int(value) => written.add(value),
            Arg::Text(value) => written.add(value),
            Arg::MaybeText(value) => written.add(value),
            Arg::Bytes(value) => written.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(written)
}
