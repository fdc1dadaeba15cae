//! What is asked when metrics are sent.

use std::fmt;
use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter};

use super::instruments::{PREFIX, meter};
use super::signals::exports_metrics;
use crate::telemetry::observed::{Observed, Sample, Samples};

/// Has this tell how it is doing, each time when metrics are sent.
pub(crate) fn observe(observed: Arc<impl Observed>) {
    if exports_metrics() {
        let mut instruments = Instruments { meter: meter(), observed: observed.clone() };
        // Instruments take what they are told.
        let _ = observed.tell(&mut instruments);
    }
}

/// Makes an instrument of each metric; each asks for all of them, and takes its own.
struct Instruments {
    meter: Meter,
    observed: Arc<dyn Observed>,
}

impl Samples for Instruments {
    fn gauges(&mut self, name: &'static str, help: &'static str, _: &[Sample<'_>]) -> fmt::Result {
        let observed = Arc::clone(&self.observed);
        let builder = self.meter.u64_observable_gauge(format!("{PREFIX}{name}")).with_description(help);
        let _ = builder.with_callback(move |to| ask(&*observed, name, To::Whole(to))).build();
        Ok(())
    }

    fn counters(&mut self, name: &'static str, help: &'static str, _: &[Sample<'_>]) -> fmt::Result {
        let observed = Arc::clone(&self.observed);
        let builder = self.meter.u64_observable_counter(format!("{PREFIX}{name}")).with_description(help);
        let _ = builder.with_callback(move |to| ask(&*observed, name, To::Whole(to))).build();
        Ok(())
    }

    fn seconds(&mut self, name: &'static str, help: &'static str, _: Option<f64>) -> fmt::Result {
        let observed = Arc::clone(&self.observed);
        let builder = self.meter.f64_observable_gauge(format!("{PREFIX}{name}")).with_description(help);
        let _ = builder.with_unit("s").with_callback(move |to| ask(&*observed, name, To::Real(to))).build();
        Ok(())
    }
}

fn ask(observed: &dyn Observed, name: &'static str, to: To<'_>) {
    let _ = observed.tell(&mut Only { name, to });
}

/// Takes the samples of one metric.
struct Only<'a> {
    name: &'static str,
    to: To<'a>,
}

enum To<'a> {
    Whole(&'a dyn AsyncInstrument<u64>),
    Real(&'a dyn AsyncInstrument<f64>),
}

impl Samples for Only<'_> {
    fn gauges(&mut self, name: &'static str, _: &'static str, samples: &[Sample<'_>]) -> fmt::Result {
        if let To::Whole(to) = &self.to
            && name == self.name
        {
            samples.iter().for_each(|(labels, value)| to.observe(*value, &attributes(labels)));
        }
        Ok(())
    }

    fn counters(&mut self, name: &'static str, help: &'static str, samples: &[Sample<'_>]) -> fmt::Result {
        self.gauges(name, help, samples)
    }

    fn seconds(&mut self, name: &'static str, _: &'static str, value: Option<f64>) -> fmt::Result {
        if let (To::Real(to), Some(value)) = (&self.to, value)
            && name == self.name
        {
            to.observe(value, &[]);
        }
        Ok(())
    }
}

fn attributes(labels: &[(&str, &str)]) -> Vec<KeyValue> {
    labels.iter().map(|(name, value)| KeyValue::new((*name).to_owned(), (*value).to_owned())).collect()
}
