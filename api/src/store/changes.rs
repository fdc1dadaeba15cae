//! Which state of the catalogue the database has, for those who keep answers made of it.
//!
//! A change made here is known at once: whoever changes the catalogue counts the state up when the change is
//! committed, and before anybody is told of it. What other processes change is known by the next check, a look at the
//! database's own count of commits, of which there are five a second while somebody asks. That count
//! moves with every commit of anybody; to look once too often does no harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::StoreError;
use super::pools::Pools;
use super::session::{Session, args};

/// How long other processes' changes may stay unknown: less than the second that is promised.
const CHECK_EVERY: Duration = Duration::from_millis(200);

/// A state of the catalogue. What was read after this was asked for is no older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CatalogueState(u64);

/// Counts the states. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Changes(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: AtomicU64,
    started: Instant,
    /// When the last check began, in milliseconds since the start, and one more; 0 where there was none.
    checked: AtomicU64,
    watch: Mutex<Watch>,
}

/// The database's count of commits as it was last seen.
#[derive(Debug, Default)]
struct Watch {
    seen: Option<String>,
    /// SQLite tells each connection of the others' commits: it has to be the same one.
    connection: Option<SqliteConnection>,
}

/// A change to come. When this is dropped, what was read of the catalogue before is out of date.
pub(super) struct Change<'a>(&'a Shared);

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.0.state.fetch_add(1, Ordering::SeqCst);
    }
}

impl Changes {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared {
            state: AtomicU64::new(0),
            started: Instant::now(),
            checked: AtomicU64::new(0),
            watch: Mutex::default(),
        }))
    }

    /// To be held until the change is committed or has failed.
    pub(super) fn begin(&self) -> Change<'_> {
        Change(&self.0)
    }

    /// The present state.
    pub(super) async fn state(&self, pools: &Pools) -> Result<CatalogueState, StoreError> {
        if !self.is_checked() {
            let mut watch = self.0.watch.lock().await;
            // Another one may have checked while this one waited for it.
            if !self.is_checked() {
                self.check(&mut watch, pools).await?;
            }
        }
        Ok(CatalogueState(self.0.state.load(Ordering::SeqCst)))
    }

    /// Lets the watching connection go.
    pub(super) async fn close(&self) {
        let connection = self.0.watch.lock().await.connection.take();
        if let Some(connection) = connection {
            // It has changed nothing.
            drop(connection.close().await);
        }
    }

    fn is_checked(&self) -> bool {
        let checked = self.0.checked.load(Ordering::SeqCst);
        checked > 0 && self.now() < checked + u64::try_from(CHECK_EVERY.as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn check(&self, watch: &mut Watch, pools: &Pools) -> Result<(), StoreError> {
        let began = self.now() + 1;
        let found = watch.look(pools).await?;
        if watch.seen.as_ref() != Some(&found) {
            watch.seen = Some(found);
            self.0.state.fetch_add(1, Ordering::SeqCst);
        }
        self.0.checked.store(began, Ordering::SeqCst);
        Ok(())
    }
}

impl Watch {
    /// What is the same as long as nobody commits.
    async fn look(&mut self, pools: &Pools) -> Result<String, StoreError> {
        match pools {
            Pools::Sqlite { readers, .. } => {
                // Taken out: a connection that was given up in the middle is not used again.
                let mut connection = match self.connection.take() {
                    Some(connection) => connection,
                    None => self.connect(readers).await?,
                };
                let (version,): (i64,) =
                    Session::Sqlite(&mut connection).fetch_one("PRAGMA data_version", args![]).await?;
                self.connection = Some(connection);
                Ok(version.to_string())
            }
            // The transactions that are over are the same where this text is.
            Pools::Postgres { .. } => {
                let (snapshot,): (String,) = pools
                    .read()
                    .await?
                    .session()
                    .fetch_one("SELECT CAST(txid_current_snapshot() AS TEXT)", args![])
                    .await?;
                Ok(snapshot)
            }
        }
    }

    /// A count of another connection cannot be compared with the last one.
    async fn connect(&mut self, readers: &SqlitePool) -> Result<SqliteConnection, StoreError> {
        self.seen = None;
        Ok(readers.connect_options().connect().await?)
    }
}
