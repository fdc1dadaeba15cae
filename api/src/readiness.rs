//! Whether the database answers, asked with one connection at a time however many probes there are.

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::store::{Store, StoreError};

/// The database's last answer.
#[derive(Debug)]
pub(crate) struct Readiness {
    store: Store,
    /// When it was asked for, and what it was.
    last: Mutex<Option<(Instant, Result<(), StoreError>)>>,
}

impl Readiness {
    /// Not asked yet.
    pub(crate) fn new(store: Store) -> Self {
        Self { store, last: Mutex::new(None) }
    }

    /// Whether the database answers. All who ask while it is being asked share the next answer.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        let called = Instant::now();
        let mut last = self.last.lock().await;
        match last.as_ref() {
            Some((asked, outcome)) if *asked >= called => outcome.clone(),
            _ => {
                let asked = Instant::now();
                let outcome = self.store.ping().await;
                *last = Some((asked, outcome.clone()));
                outcome
            }
        }
    }
}
