//! Which idempotency keys are being worked on by this process: of requests with one key, one runs at a time.
//!
//! The database alone keeps them apart too, over processes and restarts. Here a repeated request waits its turn
//! without holding a connection, and is told that its key is in use where it would wait too long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use okta_actix::Subject;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::idempotency::IdempotencyKey;

/// A key of a person.
type Name = (String, String, String);

/// The keys in use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningKeys(Arc<Mutex<HashMap<Name, Arc<Turn<()>>>>>);

/// The right to work on a key; given back when dropped.
#[derive(Debug)]
pub(crate) struct KeyTurn {
    keys: RunningKeys,
    name: Name,
    turn: Option<OwnedMutexGuard<()>>,
}

impl RunningKeys {
    /// Waits until nobody else works on this key; `None` where that takes longer than `patience`.
    pub(crate) async fn turn(
        &self,
        owner: &Subject,
        key: &IdempotencyKey,
        patience: Duration,
    ) -> Option<KeyTurn> {
        let name = (owner.iss().to_owned(), owner.id().to_owned(), key.as_str().to_owned());
        let turn = Arc::clone(self.lock().entry(name.clone()).or_default());
        // Made before the wait: whoever gives up forgets the name as well.
        let mut mine = KeyTurn { keys: self.clone(), name, turn: None };
        mine.turn = Some(tokio::time::timeout(patience, turn.lock_owned()).await.ok()?);
        Some(mine)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Arc<Turn<()>>>> {
        // No invariant can be broken between two of its operations.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyTurn {
    fn drop(&mut self) {
        drop(self.turn.take());
        let mut names = self.keys.lock();
        // One for the map itself: nobody else holds the turn or waits for it.
        if names.get(&self.name).is_some_and(|turn| Arc::strong_count(turn) == 1) {
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
        let (keys, key) = (RunningKeys::default(), IdempotencyKey::parse("k").unwrap());
        let (alice, bob) = (subject("alice"), subject("bob"));
        let patience = Duration::from_secs(3);
        let first = keys.turn(&alice, &key, patience).await.unwrap();
        assert!(keys.turn(&alice, &key, patience).await.is_none());
        assert!(keys.turn(&bob, &key, patience).await.is_some());
        drop(first);
        drop(keys.turn(&alice, &key, patience).await.unwrap());
        assert!(keys.lock().is_empty());
    }
}
