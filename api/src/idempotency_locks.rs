//! Locks on the idempotency keys that this process works on: of the requests with one key, one runs at a time.
//!
//! The database alone keeps them apart too, over processes and restarts. Here a repeated request waits its turn
//! without holding a connection, and is told that its key is in use where it would wait too long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use okta_actix::Subject;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::idempotency::IdempotencyKey;

/// A key of a person.
type Name = (String, String, String);

/// One lock for each key in use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdempotencyLocks(Arc<Mutex<HashMap<Name, Arc<AsyncMutex<()>>>>>);

/// The right to work on a key; given back when dropped.
#[derive(Debug)]
pub(crate) struct IdempotencyLock {
    locks: IdempotencyLocks,
    name: Name,
    guard: Option<OwnedMutexGuard<()>>,
}

impl IdempotencyLocks {
    /// Waits until nobody else works on this key; `None` where that takes longer than `patience`.
    pub(crate) async fn acquire(
        &self,
        owner: &Subject,
        key: &IdempotencyKey,
        patience: Duration,
    ) -> Option<IdempotencyLock> {
        let name = (owner.iss().to_owned(), owner.id().to_owned(), key.as_str().to_owned());
        let lock = Arc::clone(self.lock().entry(name.clone()).or_default());
        // Made before the wait: whoever gives up forgets the name as well.
        let mut mine = IdempotencyLock { locks: self.clone(), name, guard: None };
        mine.guard = Some(tokio::time::timeout(patience, lock.lock_owned()).await.ok()?);
        Some(mine)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Arc<AsyncMutex<()>>>> {
        // No invariant can be broken between two of its operations.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for IdempotencyLock {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut names = self.locks.lock();
        // One for the map itself: nobody else holds the lock or waits for it.
        if names.get(&self.name).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            names.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::subject;

    #[tokio::test(start_paused = true)]
    async fn one_request_with_a_key_runs_at_a_time_and_nothing_is_left_behind() {
        let (locks, key) = (IdempotencyLocks::default(), IdempotencyKey::parse("k").unwrap());
        let (alice, bob) = (subject("alice"), subject("bob"));
        let patience = Duration::from_secs(3);
        let first = locks.acquire(&alice, &key, patience).await.unwrap();
        assert!(locks.acquire(&alice, &key, patience).await.is_none());
        assert!(locks.acquire(&bob, &key, patience).await.is_some());
        drop(first);
        drop(locks.acquire(&alice, &key, patience).await.unwrap());
        assert!(locks.lock().is_empty());
    }
}
