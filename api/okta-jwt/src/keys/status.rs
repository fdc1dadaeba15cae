use std::time::Duration;

use crate::error::KeyError;

/// How the key set is doing, for a readiness probe, a metric or a log line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeySetStatus {
    /// How many keys are in use; none means that every bearer request is answered 503.
    pub keys: usize,
    /// Time since they were fetched.
    pub age: Option<Duration>,
    /// Whether they have outlived what the issuer granted and serve only because it is out of reach.
    pub stale: bool,
    /// Fetches that failed since the last success.
    pub failures: u32,
    /// Fetches that failed since the start.
    pub failed_fetches: u64,
    /// Why the last fetch failed, if it did.
    pub last_error: Option<KeyError>,
}
