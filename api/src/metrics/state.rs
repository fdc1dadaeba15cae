//! What is asked when somebody looks: how database, keys, caches, connections and log are doing.

use std::fmt;
use std::sync::Arc;

use okta_actix::Verifier;
use prometheus_client::metrics::histogram::Histogram;

use crate::connections::Connections;
use crate::log;
use crate::proofs::UsedProofs;
use crate::shared_store::SharedStore;
use crate::store::{PoolStatus, Store};
use crate::telemetry::{Observed, Sample, Samples};

/// Whom to ask.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) verifier: Verifier,
    pub(crate) proofs: UsedProofs,
    pub(crate) connections: Connections,
    pub(crate) shared_store: Option<Arc<dyn SharedStore>>,
}

impl State {
    pub(super) fn batch_sizes(&self) -> &Histogram {
        self.store.batch_sizes()
    }

    fn database(&self, to: &mut dyn Samples) -> fmt::Result {
        let pools = self.store.connections();
        let by_state = |PoolStatus { pool, idle, used, .. }: &PoolStatus| {
            [("idle", *idle), ("used", *used)]
                .map(|(state, n)| ([("pool", *pool), ("state", state)], number(n)))
        };
        let connections: Vec<_> = pools.iter().flat_map(by_state).collect();
        let samples: Vec<Sample<'_>> =
            connections.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.gauges("database_connections", "Connections to the database", &samples)?;
        let limits: Vec<_> =
            pools.iter().map(|status| ([("pool", status.pool)], u64::from(status.max))).collect();
        let samples: Vec<Sample<'_>> =
            limits.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.gauges("database_connections_max", "The limit of connections to the database", &samples)
    }

    /// The API trusts one issuer.
    fn keys(&self, to: &mut dyn Samples) -> fmt::Result {
        let Some((_, status)) = self.verifier.key_sets().next() else { return Ok(()) };
        to.gauge("signing_keys", "The issuer's keys in use; none: every token is answered 503", status.keys)?;
        let age = status.age.map(|age| age.as_secs_f64());
        to.seconds("signing_keys_age_seconds", "Time since the keys were fetched", age)?;
        to.gauge("signing_keys_stale", "1 where the keys serve beyond their time", u32::from(status.stale))?;
        to.counter("signing_key_fetch_failures", "Fetches of the keys that failed", status.failed_fetches)
    }

    fn token_cache(&self, to: &mut dyn Samples) -> fmt::Result {
        let status = self.verifier.token_cache().unwrap_or_default();
        to.gauge("token_cache_entries", "Tokens that are remembered as well signed", status.entries)?;
        to.counter("token_cache_hits", "Tokens whose signature need not be checked", status.hits)?;
        to.counter("token_cache_misses", "Tokens whose signature was not known", status.misses)
    }

    fn proofs(&self, to: &mut dyn Samples) -> fmt::Result {
        to.gauge("replay_store_proofs", "Used proofs (DPoP) that are remembered", self.proofs.len())?;
        let (of_key, at_all) = self.proofs.without_room();
        let samples = [(&[("reason", "key")][..], of_key), (&[("reason", "full")], at_all)];
        to.counters("replay_store_refusals", "Proofs for which there was no room", &samples)
    }

    fn shared_store(&self, to: &mut dyn Samples) -> fmt::Result {
        let Some(store) = &self.shared_store else { return Ok(()) };
        let (answers, failures) = store.health();
        to.gauge("shared_store_up", "1 where the store of all replicas answered last", u32::from(answers))?;
        to.counter(
            "shared_store_failures",
            "Questions that the store of all replicas did not answer",
            failures,
        )
    }

    fn connections(&self, to: &mut dyn Samples) -> fmt::Result {
        to.gauge("connections_open", "Connections of clients", self.connections.count())?;
        let closed: Vec<_> = self.connections.closed().map(|(why, n)| ([("reason", why)], n)).collect();
        let samples: Vec<Sample<'_>> =
            closed.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.counters("connections_closed", "Connections that the server closed", &samples)
    }
}

impl Observed for State {
    fn tell(&self, to: &mut dyn Samples) -> fmt::Result {
        self.database(to)?;
        self.keys(to)?;
        self.token_cache(to)?;
        self.proofs(to)?;
        self.shared_store(to)?;
        self.connections(to)?;
        to.counter("log_lines_dropped", "Lines of the log that nobody read in time", log::dropped_lines())
    }
}

/// As numbers are told.
fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
