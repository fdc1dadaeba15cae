//! Opening the database: its settings, the checks without which no order should be taken, migrations.

mod error;
mod postgres;
mod postgres_url;
mod scheme;
mod sqlite;

use self::scheme::is_postgres;
use super::changes::Changes;
use super::{Store, checkout};

pub use error::OpenError;
pub(super) use postgres_url::PoolMode;

/// Opens the database of `DATABASE_URL` with so many connections, and brings its schema up to date.
///
/// # Errors
/// See [`OpenError`].
pub(crate) async fn open(url: &str, connections: u32) -> Result<Store, OpenError> {
    let pools = if is_postgres(url) {
        postgres::open(url, connections).await?
    } else {
        sqlite::open(url, connections).await?
    };
    let changes = Changes::new();
    let store = Store { checkout: checkout::start(pools.clone(), changes.clone()), changes, pools };
    store.index_catalogue().await.map_err(OpenError::Index)?;
    Ok(store)
}

/// Whether an address is one that [`open`] could open, without touching anything.
///
/// # Errors
/// [`OpenError::Address`] and its kin.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    if is_postgres(url) {
        postgres::connect_options(url).map(drop)
    } else {
        sqlite::connect_options(url).map(drop)
    }
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
        check("postgres://grove:se#cret@[::1]:5432/grove", true);
        check("sqlite:grove.sqlite?mode=rwc", true);
        for bad in [
            "mysql://localhost/grove",
            "grove.sqlite",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=memory",
            "sqlite:a?mode=ro",
            "sqlite:a?immutable=1",
            "sqlite:a?mode=perhaps",
            "sqlite:a?key=secret",
            "sqlite:a%ff",
            "postgres://db.example.com:port/grove",
            "postgres://db.example.com/grove?sslmode=perhaps",
        ] {
            check(bad, false);
        }
    }
}
