//! Opening the database: its settings, the checks without which no order should be taken, migrations.

mod postgres;
mod sqlite;

use std::io;

use sqlx::migrate::MigrateError;

use super::Store;

/// How an address of SQLite begins.
const SQLITE: &str = "sqlite:";
/// How an address of PostgreSQL begins; both are in use.
const POSTGRES: [&str; 2] = ["postgres:", "postgresql:"];

/// Opens the database of `DATABASE_URL` with so many connections, and brings its schema up to date.
///
/// # Errors
/// See [`OpenError`].
pub(crate) async fn open(url: &str, connections: u32) -> Result<Store, OpenError> {
    if is_postgres(url) {
        postgres::open(url, connections).await
    } else {
        sqlite::open(url, connections).await
    }
}

/// Whether an address is one that [`open`] could open, without touching anything.
///
/// # Errors
/// [`OpenError::Url`] and its kin.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    if is_postgres(url) {
        postgres::connect_options(url).map(drop)
    } else {
        sqlite::connect_options(url).map(drop)
    }
}

fn is_postgres(url: &str) -> bool {
    POSTGRES.iter().any(|scheme| url.starts_with(scheme))
}

/// Why the database could not be opened, in words that say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another database's address.
    #[error(
        "must start with sqlite: or postgres: , e.g. sqlite:grove.sqlite or postgres://user:password@localhost/grove"
    )]
    Scheme,
    /// It would be gone with the process, and each connection would have its own.
    #[error(
        "names a database in memory, which would lose every order: name a file, e.g. sqlite:grove.sqlite"
    )]
    InMemory,
    /// Nothing after `sqlite:`.
    #[error("names no file, e.g. sqlite:grove.sqlite")]
    NoFile,
    /// A parameter that the database does not know.
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
    /// No server, no such database, or not for this user.
    #[error(
        "the database server cannot be used: check that it runs, and the host, port, user, password and name of the database"
    )]
    Server(#[source] sqlx::Error),
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
    /// The server is set up so that it may lose orders, or takes none.
    #[error("the database server has {setting} = {value}, so that confirmed orders could be lost: {remedy}")]
    UnsafeServer {
        /// Which setting.
        setting: &'static str,
        /// As it is.
        value: String,
        /// What to do.
        remedy: &'static str,
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
    fn a_file_of_sqlite_or_a_server_of_postgresql_is_accepted() {
        check("sqlite:grove.sqlite", true);
        check("sqlite:///var/lib/grove/grove.sqlite", true);
        check("postgres://grove:secret@db.example.com:5432/grove?sslmode=require", true);
        check("postgresql:///grove?host=/run/postgresql", true);
        for bad in [
            "mysql://localhost/grove",
            "grove.sqlite",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=memory",
            "postgres://db.example.com:port/grove",
            "postgres://db.example.com/grove?sslmode=perhaps",
        ] {
            check(bad, false);
        }
    }
}
