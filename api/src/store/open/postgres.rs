//! A server of PostgreSQL, or PgBouncer before one. In session mode connections are this program's own, and are set once. In
//! transaction mode (`pool_mode=transaction` in the address) each transaction may have another one: then every read is a
//! transaction too, each says its settings, and no statement is kept prepared.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{FromRow, PgConnection};

use super::OpenError;
use super::postgres_url::{self, PoolMode};
use crate::store::pools::Pools;
use crate::store::session_settings::SESSION_SETTINGS;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// How long a request waits for its turn at a connection, a server that restarts included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// How long any connection is kept, so that a server behind one name can be exchanged.
const MAX_LIFETIME: Duration = Duration::from_secs(1800);

/// The first with identity columns, which the schema has.
const OLDEST_SERVER: i32 = 10_00_00;

/// SQLSTATEs (PostgreSQL's documentation, appendix A).
const NO_RIGHT: &str = "42501";
const NO_SUCH_TABLE: &str = "42P01";

/// Connects to the server and brings the schema up to date.
pub(super) async fn open(url: &str, connections: u32) -> Result<Pools, OpenError> {
    let (options, mode) = connect_options(url)?;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        .connect_with(options)
        .await
        .map_err(OpenError::Server)?;
    // One connection for all questions.
    let mut asking = pool.begin().await.map_err(OpenError::Server)?;
    check_server(&mut asking).await?;
    let up_to_date = is_up_to_date(&mut asking).await?;
    asking.rollback().await.map_err(OpenError::Server)?;
    if !up_to_date && mode == PoolMode::Transaction {
        return Err(OpenError::OutdatedBehindPooler);
    }
    if !up_to_date {
        MIGRATIONS.run(&pool).await.map_err(|error| match sql_state(&error).as_deref() {
            Some(NO_RIGHT) => OpenError::Outdated(error),
            _ => OpenError::Migrate(error),
        })?;
    }
    Ok(Pools::Postgres { pool, mode })
}

/// Whether all migrations were run, and no other ones. Only reads: whoever may not change the schema can open it.
async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, OpenError> {
    let sql = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let applied: Vec<(i64, Vec<u8>)> = match sqlx::query_as(sql).persistent(false).fetch_all(connection).await
    {
        Ok(applied) => applied,
        Err(error) => {
            return match code(&error).as_deref() {
                Some(NO_SUCH_TABLE) => Ok(false),
                Some(NO_RIGHT) => Err(OpenError::Unreadable(error)),
                _ => Err(OpenError::Server(error)),
            };
        }
    };
    let ours = MIGRATIONS.iter().map(|migration| (migration.version, migration.checksum.as_ref()));
    Ok(applied.iter().map(|(version, checksum)| (*version, checksum.as_slice())).eq(ours))
}

fn sql_state(error: &MigrateError) -> Option<String> {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return None;
    };
    code(error)
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Cow::into_owned)
}

pub(super) fn connect_options(url: &str) -> Result<(PgConnectOptions, PoolMode), OpenError> {
    let (options, mode) = postgres_url::read(url)?;
    let options = options.application_name("grove");
    Ok(match mode {
        PoolMode::Session => (options.options(SESSION_SETTINGS), mode),
        // A pooler refuses what it cannot set for each transaction.
        PoolMode::Transaction => (options.extra_float_digits(None::<i8>), mode),
    })
}

/// What was found, each as the server writes it.
#[derive(FromRow)]
struct Found {
    server_version_num: i32,
    server_version: String,
    server_encoding: String,
    database: String,
    synchronous_commit: String,
    fsync: String,
    full_page_writes: String,
    read_only: String,
}

async fn check_server(connection: &mut PgConnection) -> Result<(), OpenError> {
    let found: Found = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int AS server_version_num,
                current_setting('server_version') AS server_version,
                current_setting('server_encoding') AS server_encoding,
                current_database()::text AS database,
                current_setting('synchronous_commit') AS synchronous_commit,
                current_setting('fsync') AS fsync,
                current_setting('full_page_writes') AS full_page_writes,
                current_setting('transaction_read_only') AS read_only",
    )
    .persistent(false)
    .fetch_one(connection)
    .await
    .map_err(OpenError::Server)?;
    found.check()
}

impl Found {
    fn check(self) -> Result<(), OpenError> {
        if self.server_version_num < OLDEST_SERVER {
            return Err(OpenError::OldServer { version: self.server_version });
        }
        if self.server_encoding != "UTF8" {
            let Self { server_encoding: encoding, database, .. } = self;
            return Err(OpenError::Encoding { remedy: recreate(&database), database, encoding });
        }
        let switched_on = "switch it on in postgresql.conf";
        for (setting, value, wanted, remedy) in [
            ("synchronous_commit", self.synchronous_commit, "on", switched_on),
            ("fsync", self.fsync, "on", switched_on),
            ("full_page_writes", self.full_page_writes, "on", switched_on),
            (
                "transaction_read_only",
                self.read_only,
                "off",
                "name the primary server, not a standby, and give the user write access",
            ),
        ] {
            if value != wanted {
                return Err(OpenError::UnsafeServer { setting, value, remedy });
            }
        }
        Ok(())
    }
}

/// A server's encoding is settled when a database is made.
fn recreate(database: &str) -> String {
    let name = database.replace('"', "\"\"");
    format!("recreate it with CREATE DATABASE \"{name}\" ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Found {
        let on = || "on".to_owned();
        Found {
            server_version_num: 15_00_18,
            server_version: "15.18".to_owned(),
            server_encoding: "UTF8".to_owned(),
            database: "shop".to_owned(),
            synchronous_commit: on(),
            fsync: on(),
            full_page_writes: on(),
            read_only: "off".to_owned(),
        }
    }

    #[track_caller]
    fn refused(found: Found, expected: &[&str]) {
        let error = found.check().unwrap_err().to_string();
        assert!(expected.iter().all(|part| error.contains(part)), "{error}");
    }

    #[test]
    fn a_server_that_may_lose_orders_is_refused() {
        assert!(found().check().is_ok());
        refused(Found { fsync: "off".to_owned(), ..found() }, &["fsync = off", "postgresql.conf"]);
        refused(Found { read_only: "on".to_owned(), ..found() }, &["transaction_read_only = on", "primary"]);
    }

    #[test]
    fn a_server_that_cannot_hold_every_name_or_is_too_old_is_refused() {
        refused(
            Found { server_encoding: "LATIN1".to_owned(), database: "a\"b".to_owned(), ..found() },
            &["LATIN1", "UTF8", "CREATE DATABASE \"a\"\"b\""],
        );
        refused(Found { server_encoding: "SQL_ASCII".to_owned(), ..found() }, &["SQL_ASCII"]);
        let version = "9.6.24".to_owned();
        refused(Found { server_version_num: 9_06_24, server_version: version, ..found() }, &["9.6.24", "10"]);
    }
}
