//! What is asked when somebody looks: how database, keys, caches, connections and log are doing.

use std::fmt;
use std::sync::Arc;

use okta_actix::Verifier;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::histogram::Histogram;

use crate::connections::Connections;
use crate::log;
use crate::proofs::UsedProofs;
use crate::shared_store::SharedStore;
use crate::store::{PoolStatus, Store};

/// Whom to ask.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) verifier: Verifier,
    pub(crate) proofs: UsedProofs,
    pub(crate) connections: Connections,
    pub(crate) shared_store: Option<Arc<dyn SharedStore>>,
}

/// A value, with its labels.
type Sample<'a, V> = (&'a [(&'a str, &'a str)], V);

impl State {
    pub(super) fn batch_sizes(&self) -> &Histogram {
        self.store.batch_sizes()
    }

    fn database(&self, to: &mut Samples<'_>) -> fmt::Result {
        let pools = self.store.connections();
        let by_state = |PoolStatus { pool, idle, used, .. }: &PoolStatus| {
            [([("pool", *pool), ("state", "idle")], *idle), ([("pool", *pool), ("state", "used")], *used)]
        };
        let connections: Vec<_> = pools.iter().flat_map(by_state).collect();
        let samples: Vec<Sample<'_, usize>> =
            connections.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.gauges("database_connections", "Connections to the database", &samples)?;
        let limits: Vec<_> = pools.iter().map(|status| ([("pool", status.pool)], status.max)).collect();
        let samples: Vec<Sample<'_, u32>> =
            limits.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.gauges("database_connections_max", "The limit of connections to the database", &samples)
    }

    /// The API trusts one issuer.
    fn keys(&self, to: &mut Samples<'_>) -> fmt::Result {
        let Some((_, status)) = self.verifier.key_sets().next() else { return Ok(()) };
        to.gauge("signing_keys", "The issuer's keys in use; none: every token is answered 503", status.keys)?;
        if let Some(age) = status.age {
            to.gauge("signing_keys_age_seconds", "Time since the keys were fetched", age.as_secs_f64())?;
        }
        to.gauge("signing_keys_stale", "1 where the keys serve beyond their time", u32::from(status.stale))?;
        to.counter("signing_key_fetch_failures", "Fetches of the keys that failed", status.failed_fetches)
    }

    fn token_cache(&self, to: &mut Samples<'_>) -> fmt::Result {
        let status = self.verifier.token_cache().unwrap_or_default();
        to.gauge("token_cache_entries", "Tokens that are remembered as well signed", status.entries)?;
        to.counter("token_cache_hits", "Tokens whose signature need not be checked", status.hits)?;
        to.counter("token_cache_misses", "Tokens whose signature was not known", status.misses)
    }

    fn proofs(&self, to: &mut Samples<'_>) -> fmt::Result {
        to.gauge("replay_store_proofs", "Used proofs (DPoP) that are remembered", self.proofs.len())?;
        let (of_key, at_all) = self.proofs.without_room();
        let samples = [(&[("reason", "key")][..], of_key), (&[("reason", "full")], at_all)];
        to.counters("replay_store_refusals", "Proofs for which there was no room", &samples)
    }

    fn shared_store(&self, to: &mut Samples<'_>) -> fmt::Result {
        let Some(store) = &self.shared_store else { return Ok(()) };
        let (answers, failures) = store.health();
        to.gauge("shared_store_up", "1 where the store of all replicas answered last", u32::from(answers))?;
        to.counter(
            "shared_store_failures",
            "Questions that the store of all replicas did not answer",
            failures,
        )
    }

    fn connections(&self, to: &mut Samples<'_>) -> fmt::Result {
        to.gauge("connections_open", "Connections of clients", self.connections.count())?;
        let closed: Vec<_> = self.connections.closed().map(|(why, n)| ([("reason", why)], n)).collect();
        let samples: Vec<Sample<'_, u64>> =
            closed.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
        to.counters("connections_closed", "Connections that the server closed", &samples)
    }
}

impl Collector for State {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut samples = Samples(encoder);
        self.database(&mut samples)?;
        self.keys(&mut samples)?;
        self.token_cache(&mut samples)?;
        self.proofs(&mut samples)?;
        self.shared_store(&mut samples)?;
        self.connections(&mut samples)?;
        samples.counter(
            "log_lines_dropped",
            "Lines of the log that nobody read in time",
            log::dropped_lines(),
        )
    }
}

/// Writes metrics, each with all of its samples.
struct Samples<'a>(DescriptorEncoder<'a>);

impl Samples<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: impl EncodeGaugeValue) -> fmt::Result {
        self.gauges(name, help, &[(&[], value)])
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.counters(name, help, &[(&[], value)])
    }

    fn gauges<V: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        samples: &[Sample<'_, V>],
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        each(&mut encoder, samples, |encoder, value| encoder.encode_gauge(value))
    }

    fn counters<V: EncodeCounterValue>(
        &mut self,
        name: &str,
        help: &str,
        samples: &[Sample<'_, V>],
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        each(&mut encoder, samples, |encoder, value| {
            encoder.encode_counter::<NoLabelSet, _, u64>(value, None)
        })
    }
}

fn each<V>(
    encoder: &mut MetricEncoder<'_>,
    samples: &[Sample<'_, V>],
    write: impl Fn(&mut MetricEncoder<'_>, &V) -> fmt::Result,
) -> fmt::Result {
    samples.iter().try_for_each(|(labels, value)| match labels {
        [] => write(encoder, value),
        labels => write(&mut encoder.encode_family(labels)?, value),
    })
}
