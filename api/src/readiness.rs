//! Whether the API can do its work, and which part of it cannot. The database is asked with one connection at a time
//! however many probes there are.

use serde::Serialize;
use shared::Problem;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::store::{Store, StoreError};

/// Which parts cannot do their work; at least one.
#[derive(Debug, thiserror::Error)]
#[error("not ready: {}", self.parts().join(", "))]
pub(crate) struct NotReady {
    /// Why the database does not answer.
    #[source]
    pub(crate) database: Option<StoreError>,
    /// Whether the issuer's keys are known.
    pub(crate) keys_known: bool,
}

/// A problem that names the parts, for programs (RFC 9457 §3.2).
#[derive(Serialize)]
struct ReadinessProblem {
    #[serde(flatten)]
    problem: Problem,
    not_ready: Vec<&'static str>,
}

impl NotReady {
    /// `database`, `keys`.
    fn parts(&self) -> Vec<&'static str> {
        let parts = [("database", self.database.is_some()), ("keys", !self.keys_known)];
        parts.into_iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect()
    }

    /// The same for people.
    pub(crate) fn detail(&self) -> String {
        let database = self.database.as_ref().map(|_| "The database does not answer.");
        let keys = (!self.keys_known).then_some("The issuer's keys are not known.");
        database.into_iter().chain(keys).collect::<Vec<_>>().join(" ")
    }

    /// The problem with the parts' names.
    pub(crate) fn body(&self, problem: Problem) -> Vec<u8> {
        let problem = ReadinessProblem { problem, not_ready: self.parts() };
        serde_json::to_vec(&problem).unwrap_or_default()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_that_are_not_ready_are_named() {
        let broken = || StoreError::Unavailable(sqlx::Error::PoolTimedOut.into());
        for (database, keys_known, parts, sentences) in [
            (Some(broken()), true, vec!["database"], 1),
            (None, false, vec!["keys"], 1),
            (Some(broken()), false, vec!["database", "keys"], 2),
        ] {
            let not_ready = NotReady { database, keys_known };
            assert_eq!(not_ready.parts(), parts);
            assert_eq!(not_ready.detail().matches('.').count(), sentences);
        }
    }
}
