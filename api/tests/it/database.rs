//! Where a shop of a test keeps its orders: a file of SQLite, or a database of the run's PostgreSQL.

use std::path::Path;

use crate::cluster::Cluster;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// The address of a new one; a file goes into the folder.
    pub(crate) async fn url(self, folder: &Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite:{}", folder.join("grove.sqlite").display()),
            Self::Postgres => Cluster::shared().database().await,
        }
    }
}

/// Makes a test of each function on each database.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::shop::Shop::open_on($crate::database::Database::Sqlite).await).await;
            })*
        }
        mod on_postgresql {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::shop::Shop::open_on($crate::database::Database::Postgres).await).await;
            })*
        }
    };
}
pub(crate) use on_both_databases;
