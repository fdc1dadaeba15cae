//! Okta's Universal Logout: whose tokens the org wants to be refused. It tells one process; the others, and those to come, learn
//! it from the database.

use std::time::Duration;

use okta_actix::{ConfigError, HttpUrl, Issuer, RevocationRequests, UnixTime, Verifier};
use shared::paths;

use crate::clock;
use crate::store::{Store, StoreError};

/// How long a process may go without another's news: less than the second that is promised.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// How far the clocks of two processes may differ, and how long a transaction may take to be committed after it was begun.
const OVERLAP: Duration = Duration::from_secs(300);

/// Requests of this org to an API that clients reach at these addresses.
pub(crate) fn requests(
    org: &Issuer,
    issuer: &Issuer,
    addresses: &[HttpUrl],
) -> Result<RevocationRequests, ConfigError> {
    let endpoint = |address: &HttpUrl| {
        format!("{}{}", address.to_string().trim_end_matches('/'), paths::GLOBAL_TOKEN_REVOCATION)
    };
    let mut endpoints = addresses.iter().map(endpoint);
    let requests = RevocationRequests::new(org.clone(), endpoints.next().unwrap_or_default())?;
    Ok(endpoints.fold(requests, RevocationRequests::also_at).issuer(issuer.clone()))
}

/// Keeps a verifier up to date.
#[derive(Debug)]
pub(crate) struct Revocations {
    store: Store,
    verifier: Verifier,
    /// Everything that was noted before is known.
    known_until: UnixTime,
}

impl Revocations {
    /// Nothing is known yet.
    pub(crate) fn new(store: Store, verifier: Verifier) -> Self {
        Self { store, verifier, known_until: UnixTime(0) }
    }

    /// Learns what is new.
    ///
    /// # Errors
    /// When the database cannot be asked: what was known goes on.
    pub(crate) async fn catch_up(&mut self) -> Result<(), StoreError> {
        let now = clock::now();
        for (iss, revocation) in self.store.revocations_since(self.known_until).await? {
            self.verifier.deny(&iss, revocation, now);
        }
        self.known_until = UnixTime(now.0 - OVERLAP.as_secs().cast_signed());
        Ok(())
    }

    /// Learns what is new for as long as this is polled. An outage is told once.
    pub(crate) async fn watch(mut self) {
        let mut is_away = false;
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            match self.catch_up().await {
                Ok(()) => is_away = false,
                Err(_) if is_away => {}
                Err(error) => {
                    is_away = true;
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "revocations that other processes hear of are not known for now"
                    );
                }
            }
        }
    }
}
