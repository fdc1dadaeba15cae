//! What is asked when somebody looks, in the words of Prometheus.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::state::State;
use crate::telemetry::{Observed as _, Sample, Samples};

/// Asks when Prometheus does.
#[derive(Debug)]
pub(super) struct Asked(pub(super) Arc<State>);

impl Collector for Asked {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.0.tell(&mut Encoded(encoder))
    }
}

/// Writes metrics, each with all of its samples; none of one that has none.
struct Encoded<'a>(DescriptorEncoder<'a>);

impl Samples for Encoded<'_> {
    fn gauges(&mut self, name: &'static str, help: &'static str, samples: &[Sample<'_>]) -> fmt::Result {
        self.each(name, help, MetricType::Gauge, samples, |encoder, value| encoder.encode_gauge(value))
    }

    fn counters(&mut self, name: &'static str, help: &'static str, samples: &[Sample<'_>]) -> fmt::Result {
        self.each(name, help, MetricType::Counter, samples, |encoder, value| {
            encoder.encode_counter::<NoLabelSet, _, u64>(value, None)
        })
    }

    fn seconds(&mut self, name: &'static str, help: &'static str, value: Option<f64>) -> fmt::Result {
        let Some(value) = value else { return Ok(()) };
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        encoder.encode_gauge(&value)
    }
}

impl Encoded<'_> {
    fn each(
        &mut self,
        name: &str,
        help: &str,
        kind: MetricType,
        samples: &[Sample<'_>],
        write: impl Fn(&mut MetricEncoder<'_>, &u64) -> fmt::Result,
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, kind)?;
        samples.iter().try_for_each(|(labels, value)| match labels {
            [] => write(&mut encoder, value),
            labels => write(&mut encoder.encode_family(labels)?, value),
        })
    }
}
