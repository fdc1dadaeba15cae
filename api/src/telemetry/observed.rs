//! Parts of the program that tell how they are doing when somebody looks: whoever looks, Prometheus or an exporter.

use std::fmt;

/// A metric's name, without what the names of the program begin with, and what it says.
pub(crate) type Named = (&'static str, &'static str);

/// A value, with its labels.
pub(crate) type Sample<'a> = (&'a [(&'a str, &'a str)], u64);

/// What is told of itself.
pub(crate) trait Observed: Send + Sync + 'static {
    /// Tells every metric, each with all of its samples, and one that has none at present as well.
    fn tell(&self, to: &mut dyn Samples) -> fmt::Result;
}

/// Whoever looks; names are as in [`Named`].
pub(crate) trait Samples {
    /// Values that go up and down.
    fn gauges(&mut self, name: &'static str, help: &'static str, samples: &[Sample<'_>]) -> fmt::Result;

    /// Values that only grow.
    fn counters(&mut self, name: &'static str, help: &'static str, samples: &[Sample<'_>]) -> fmt::Result;

    /// A time in seconds, if it is known.
    fn seconds(&mut self, name: &'static str, help: &'static str, value: Option<f64>) -> fmt::Result;
}

impl dyn Samples + '_ {
    /// One value that goes up and down.
    pub(crate) fn gauge(
        &mut self,
        name: &'static str,
        help: &'static str,
        value: impl TryInto<u64>,
    ) -> fmt::Result {
        self.gauges(name, help, &[(&[], value.try_into().unwrap_or(u64::MAX))])
    }

    /// One value that only grows.
    pub(crate) fn counter(&mut self, name: &'static str, help: &'static str, value: u64) -> fmt::Result {
        self.counters(name, help, &[(&[], value)])
    }
}
