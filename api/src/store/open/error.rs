//! Why a database cannot be opened.

use std::borrow::Cow;
use std::io;

use sqlx::migrate::MigrateError;

use crate::store::StoreError;

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
    /// An address with a mistake, which is told by its place: any text of it may be a piece of the password.
    #[error("is not a database address: {place} {problem}")]
    Address {
        /// Where.
        place: &'static str,
        /// What is wrong there and what to do; nothing of what stands there.
        problem: Cow<'static, str>,
    },
    /// A database that takes no orders.
    #[error("names a database that cannot be written to: leave out mode=ro and immutable")]
    ReadOnly,
    /// The schema is older than the program, and what stands before the server takes no migrations.
    #[error(
        "has a schema of another version: run `api migrate` with the address of the server itself, without a pooler"
    )]
    OutdatedBehindPooler,
    /// The file is missing and cannot be made.
    #[error("the database file {path} cannot be created: check that its folder exists and is writable")]
    File {
        /// Where it should be.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Not a database, locked for too long, no rights.
    #[error(
        "the database file cannot be opened: check its permissions, and that no other program has it open"
    )]
    Connect(#[source] sqlx::Error),
    /// No server, no such database, or not for this user.
    #[error(
        "the database server cannot be used: check that it is running, and the host, port, user, password and database \
         name; one on another machine must offer TLS, unless DATABASE_URL says sslmode=disable"
    )]
    Server(#[source] sqlx::Error),
    /// The catalogue could not be indexed.
    #[error("the catalogue cannot be indexed")]
    Index(#[source] StoreError),
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
    /// A server without what the schema needs.
    #[error("the database server is PostgreSQL {version}: version 10 or later is needed")]
    OldServer {
        /// What was found.
        version: String,
    },
    /// A database that holds some letters only, or counts bytes for letters.
    #[error(
        "the database {database} is in the encoding {encoding}, which cannot represent every name: it must be UTF8; {remedy}"
    )]
    Encoding {
        /// Its name, or the file's.
        database: String,
        /// As it is.
        encoding: String,
        /// What to do.
        remedy: String,
    },
    /// The schema is older than this program, and the user may not change it.
    #[error(
        "the schema is older than this program, and its user may not change it: run `api migrate` with a DATABASE_URL \
         of the schema's owner"
    )]
    Outdated(#[source] MigrateError),
    /// Nobody allowed the user to see which migrations were run.
    #[error(
        "its user may not read the table _sqlx_migrations, which says how old the schema is: GRANT SELECT on it"
    )]
    Unreadable(#[source] sqlx::Error),
    /// The schema is newer than this program, was changed by hand, or the disk is full.
    #[error("the schema cannot be brought up to date")]
    Migrate(#[source] MigrateError),
}
