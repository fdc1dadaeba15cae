//! What any such store can do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

/// Something that is remembered by its name: the kind of thing, and a hash that tells nobody whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Such as `proof`.
    pub(crate) kind: &'static str,
    /// Of everything that makes it what it is.
    pub(crate) hash: [u8; 16],
}

/// So many in a time, all of them at once if one likes; they come back evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) limit: u32,
    pub(crate) window: Duration,
}

/// What is left of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// One was taken.
    One {
        /// How many are left.
        remaining: u32,
        /// When all of them are there again.
        reset: Duration,
    },
    /// There was none.
    None {
        /// When there is one.
        wait: Duration,
    },
}

/// The store did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the shared store does not answer")]
pub(crate) struct StoreAway;

/// A store that replicas share. Each of its operations is one step that nobody comes between.
pub(crate) trait SharedStore: fmt::Debug + Send + Sync {
    /// Remembers a name for so long. Whether it was not there before.
    fn note(&self, name: Name, lifetime: Duration) -> BoxFuture<'static, Result<bool, StoreAway>>;

    /// Takes one of the quota of this name.
    fn take(&self, name: Name, quota: Quota) -> BoxFuture<'static, Result<Taken, StoreAway>>;

    /// Whether it answered when it was last asked, and how often it did not.
    fn health(&self) -> (bool, u64);
}

/// What is done without the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Each replica goes by what it knows itself.
    Open,
    /// Requests are answered 503.
    Closed,
}

/// A store, and what one use of it does without.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn SharedStore>,
    pub(crate) outage: Outage,
}
