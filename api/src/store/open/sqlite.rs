//! A file of SQLite: one writer, several readers, and nothing confirmed that a power cut could take back.

use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};

use super::OpenError;
use super::scheme::SQLITE;
use crate::store::group_commit::GroupCommit;
use crate::store::pools::Pools;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Older releases can corrupt a WAL database that has two connections (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a statement waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for its turn at a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens the file, makes it if it is missing and brings its schema up to date.
pub(super) async fn open(url: &str, readers: u32) -> Result<Pools, OpenError> {
    let options = connect_options(url)?;
    create_file(options.get_filename())?;
    let writer = writer_pool(options.clone()).await.map_err(OpenError::Connect)?;
    check_sqlite(&writer).await?;
    MIGRATIONS.run(&writer).await.map_err(OpenError::Migrate)?;
    let readers = reader_pool(options, readers).await.map_err(OpenError::Connect)?;
    let changes = GroupCommit::new(writer.clone());
    Ok(Pools::Sqlite { readers, writer, changes })
}

pub(super) fn connect_options(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    let path = url.strip_prefix(SQLITE).ok_or(OpenError::Scheme)?;
    if path.contains(":memory:") || path.contains("mode=memory") {
        return Err(OpenError::InMemory);
    }
    let parameters = path.split_once('?').map_or("", |(_, parameters)| parameters);
    if parameters
        .split('&')
        .any(|parameter| ["mode=ro", "immutable=1", "immutable=true"].contains(&parameter))
    {
        return Err(OpenError::ReadOnly);
    }
    let problem = "must be a path in UTF-8, with no other parameters than mode=rw, mode=rwc, cache and vfs";
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| OpenError::Address { place: "what follows sqlite:", problem: problem.into() })?;
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
        Err(source) => Err(OpenError::File { path: without_password(&path.display().to_string()), source }),
    }
}

/// A path is told as it is, unless it looks as if it came from a server's address.
fn without_password(path: &str) -> String {
    match (path.find(':'), path.rfind('@')) {
        (Some(colon), Some(at)) if colon < at => format!("{}:***{}", &path[..colon], &path[at..]),
        _ => path.to_owned(),
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

async fn reader_pool(options: SqliteConnectOptions, readers: u32) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(readers)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.pragma("query_only", "ON"))
        .await
}

async fn check_sqlite(writer: &SqlitePool) -> Result<(), OpenError> {
    let (version, journal, synchronous, encoding): (String, String, i64, String) = sqlx::query_as(
        "SELECT sqlite_version(), j.journal_mode, s.synchronous, e.encoding
         FROM pragma_journal_mode AS j, pragma_synchronous AS s, pragma_encoding AS e",
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
    // In UTF-16 texts sort in another order, by which pages of lists are cut.
    if encoding != "UTF-8" {
        let remedy = "name a new file, and load the output of sqlite3's .dump into it".to_owned();
        return Err(OpenError::Encoding { database: "file".to_owned(), encoding, remedy });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreError};

    async fn open_in(folder: &tempfile::TempDir) -> (Store, SqlitePool, SqlitePool) {
        let store = crate::store::open(&format!("sqlite:{}", folder.path().join("shop.sqlite").display()), 8)
            .await
            .unwrap();
        let Pools::Sqlite { readers, writer, .. } = store.pools.clone() else {
            unreachable!("it is SQLite's")
        };
        (store, readers, writer)
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
        let (store, ..) = open_in(&folder).await;
        let file = std::fs::metadata(folder.path().join("shop.sqlite")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        store.close().await;
    }

    #[tokio::test]
    async fn a_file_in_another_encoding_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
        let options = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql("PRAGMA encoding = 'UTF-16le'; CREATE TABLE a (b TEXT)")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let error = open(&url, 2).await.err().unwrap().to_string();
        assert!(error.contains("UTF-16le") && error.contains(".dump"), "{error}");
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let (store, readers, writer) = open_in(&folder).await;
        assert!(sqlx::query("DELETE FROM products").execute(&readers).await.is_err());
        assert!(sqlx::query("DELETE FROM products").execute(&writer).await.is_ok());
        store.close().await;
    }

    #[tokio::test]
    async fn a_full_disk_stops_writing_only_until_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _, writer) = open_in(&folder).await;
        sqlx::query("CREATE TABLE ballast (bytes BLOB)").execute(&writer).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 60").execute(&writer).await.unwrap();
        let mut transaction = store.pools.begin().await.unwrap();
        let full = transaction.session().execute("INSERT INTO ballast VALUES (zeroblob(1000000))", &[]).await;
        drop(transaction);
        assert!(matches!(full.map_err(StoreError::from), Err(StoreError::Unavailable(_))));
        store.ping().await.unwrap();
        let mut transaction = store.pools.begin().await.unwrap();
        transaction.session().execute("INSERT INTO ballast VALUES (zeroblob(10))", &[]).await.unwrap();
        transaction.commit().await.unwrap();
        store.close().await;
    }
}
