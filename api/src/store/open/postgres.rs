//! A server of PostgreSQL. Its connections are this program's own: behind PgBouncer that means session mode,
//! for transaction mode drops the settings that are made here.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{FromRow, PgPool};

use super::OpenError;
use crate::store::{Pools, Store};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// How long a request waits for its turn at a connection, a server that restarts included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// How long any connection is kept, so that a server behind one name can be exchanged.
const MAX_LIFETIME: Duration = Duration::from_secs(1800);

/// What every connection asks of the server. A row is waited for as long as SQLite's lock is; whoever leaves a
/// transaction open loses it. An order is confirmed when it is on the server's disk.
const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "5s"),
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "15s"),
    ("synchronous_commit", "on"),
];

/// Connects to the server and brings the schema up to date.
pub(super) async fn open(url: &str, connections: u32) -> Result<Store, OpenError> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        .connect_with(connect_options(url)?)
        .await
        .map_err(OpenError::Server)?;
    check_server(&pool).await?;
    MIGRATIONS.run(&pool).await.map_err(OpenError::Migrate)?;
    Ok(Store::of(Pools::Postgres(pool)))
}

pub(super) fn connect_options(url: &str) -> Result<PgConnectOptions, OpenError> {
    let options = PgConnectOptions::from_str(url).map_err(OpenError::Url)?;
    Ok(options.application_name("grove").options(SESSION_SETTINGS))
}

#[derive(FromRow)]
struct Durability {
    synchronous_commit: String,
    fsync: String,
    full_page_writes: String,
    read_only: String,
}

async fn check_server(pool: &PgPool) -> Result<(), OpenError> {
    let found: Durability = sqlx::query_as(
        "SELECT current_setting('synchronous_commit') AS synchronous_commit,
                current_setting('fsync') AS fsync,
                current_setting('full_page_writes') AS full_page_writes,
                current_setting('transaction_read_only') AS read_only",
    )
    .fetch_one(pool)
    .await
    .map_err(OpenError::Server)?;
    found.check()
}

impl Durability {
    fn check(self) -> Result<(), OpenError> {
        let switched_on = "switch it on in postgresql.conf";
        for (setting, value, wanted, remedy) in [
            ("synchronous_commit", self.synchronous_commit, "on", switched_on),
            ("fsync", self.fsync, "on", switched_on),
            ("full_page_writes", self.full_page_writes, "on", switched_on),
            ("transaction_read_only", self.read_only, "off", "name the primary server, not a standby"),
        ] {
            if value != wanted {
                return Err(OpenError::UnsafeServer { setting, value, remedy });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn durability(fsync: &str, read_only: &str) -> Durability {
        Durability {
            synchronous_commit: "on".to_owned(),
            fsync: fsync.to_owned(),
            full_page_writes: "on".to_owned(),
            read_only: read_only.to_owned(),
        }
    }

    #[test]
    fn a_server_that_may_lose_orders_is_refused() {
        assert!(durability("on", "off").check().is_ok());
        let error = durability("off", "off").check().unwrap_err().to_string();
        assert!(error.contains("fsync = off") && error.contains("postgresql.conf"), "{error}");
        let error = durability("on", "on").check().unwrap_err().to_string();
        assert!(error.contains("transaction_read_only = on") && error.contains("primary"), "{error}");
    }
}
