//! Opening the database: its settings, the checks without which no order should be taken, migrations.

use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};

use super::Store;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Older releases can corrupt a WAL database that has two connections (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a statement waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for its turn at a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 8;

/// Opens the database of `DATABASE_URL`, makes the file if it is missing and brings its schema up to date.
///
/// # Errors
/// See [`OpenError`].
pub(crate) async fn open(url: &str) -> Result<Store, OpenError> {
    let options = connect_options(url)?;
    create_file(options.get_filename())?;
    let writer = writer_pool(options.clone()).await.map_err(OpenError::Connect)?;
    check_sqlite(&writer).await?;
    MIGRATIONS.run(&writer).await.map_err(OpenError::Migrate)?;
    let readers = reader_pool(options).await.map_err(OpenError::Connect)?;
    Ok(Store { readers, writer })
}

/// Whether an address is one that [`open`] could open, without touching anything.
///
/// # Errors
/// [`OpenError::Url`] and its kin.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    connect_options(url).map(drop)
}

fn connect_options(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    let path = url.strip_prefix("sqlite:").ok_or(OpenError::Scheme)?;
    if path.contains(":memory:") || path.contains("mode=memory") {
        return Err(OpenError::InMemory);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(OpenError::Url)?;
    if options.get_filename().as_os_str().is_empty() {
        return Err(OpenError::NoFile);
    }
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL, a power cut may take back orders that were confirmed.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT))
}

/// Orders are nobody else's business: a new file is for the owner only. SQLite gives the files beside it
/// the same mode.
fn create_file(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(OpenError::File { path: path.display().to_string(), source }),
    }
}

async fn writer_pool(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // When the disk is full SQLite has rolled back by itself, the ROLLBACK after it fails, and the
        // connection believes for ever to be inside a transaction: such a one is not used again.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(options)
        .await
}

async fn reader_pool(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.pragma("query_only", "ON"))
        .await
}

async fn check_sqlite(writer: &SqlitePool) -> Result<(), OpenError> {
    let (version, journal, synchronous): (String, String, i64) = sqlx::query_as(
        "SELECT sqlite_version(), j.journal_mode, s.synchronous FROM pragma_journal_mode AS j, pragma_synchronous AS s",
    )
    .fetch_one(writer)
    .await
    .map_err(OpenError::Connect)?;
    if parse_version(&version).is_none_or(|version| version < OLDEST_SQLITE) {
        return Err(OpenError::OldSqlite { version });
    }
    if journal != "wal" || synchronous < 2 {
        return Err(OpenError::NotDurable { journal, synchronous });
    }
    Ok(())
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(str::parse);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => Some((major, minor, patch)),
        _ => None,
    }
}

/// Why the database could not be opened, in words that say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not an address of SQLite.
    #[error("must start with sqlite: , e.g. sqlite:grove.sqlite")]
    Scheme,
    /// It would be gone with the process, and each connection would have its own.
    #[error(
        "names a database in memory, which would lose every order: name a file, e.g. sqlite:grove.sqlite"
    )]
    InMemory,
    /// Nothing after `sqlite:`.
    #[error("names no file, e.g. sqlite:grove.sqlite")]
    NoFile,
    /// A parameter that SQLite does not know.
    #[error("cannot be read as the address of a database")]
    Url(#[source] sqlx::Error),
    /// The file is missing and cannot be made.
    #[error("the database file {path} cannot be created: check that its folder exists and may be written to")]
    File {
        /// Where it should be.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Not a database, locked for too long, no rights.
    #[error("the database file cannot be opened: check its rights, and that no other program holds it")]
    Connect(#[source] sqlx::Error),
    /// A SQLite that may corrupt the file.
    #[error("SQLite {version} can corrupt a database in WAL mode: build with 3.51.3 or later")]
    OldSqlite {
        /// What was found.
        version: String,
    },
    /// The file system does not allow what keeps orders safe.
    #[error(
        "the database is not durable here (journal_mode {journal}, synchronous {synchronous}): put it on a local disk"
    )]
    NotDurable {
        /// Should be `wal`.
        journal: String,
        /// Should be 2 or 3.
        synchronous: i64,
    },
    /// The schema is newer than this program, was changed by hand, or the disk is full.
    #[error("the schema cannot be brought up to date")]
    Migrate(#[source] MigrateError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, good: bool) {
        assert_eq!(check_url(url).is_ok(), good, "{url}");
    }

    #[test]
    fn only_a_file_of_sqlite_is_accepted() {
        check("sqlite:grove.sqlite", true);
        check("sqlite:///var/lib/grove/grove.sqlite", true);
        for bad in [
            "postgres://localhost/grove",
            "grove.sqlite",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=memory",
        ] {
            check(bad, false);
        }
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(parse_version("3.51.2").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.100.0").unwrap() > OLDEST_SQLITE);
        assert_eq!(parse_version("3.51"), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_new_database_can_be_read_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.sqlite");
        let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        store.close().await;
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&format!("sqlite:{}", folder.path().join("shop.sqlite").display())).await.unwrap();
        assert!(sqlx::query("DELETE FROM products").execute(&store.readers).await.is_err());
        assert!(sqlx::query("DELETE FROM products").execute(&store.writer).await.is_ok());
        store.close().await;
    }

    #[tokio::test]
    async fn a_full_disk_stops_writing_only_until_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&format!("sqlite:{}", folder.path().join("full.sqlite").display())).await.unwrap();
        sqlx::query("CREATE TABLE ballast (bytes BLOB)").execute(&store.writer).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 60").execute(&store.writer).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        let full =
            sqlx::query("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut *transaction).await;
        drop(transaction);
        assert!(matches!(
            full.map_err(super::super::StoreError::from),
            Err(super::super::StoreError::Unavailable(_))
        ));
        store.ping().await.unwrap();
        store.write().await.unwrap().rollback().await.unwrap();
        store.close().await;
    }
}
