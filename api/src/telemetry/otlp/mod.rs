//! The program with OTLP: spans and metrics go to a collector, in batches and from threads of their own. What finds no room
//! is dropped; no request waits for a collector.

mod endpoint;
mod exporter;
mod instruments;
mod observe;
mod quiet;
mod request_span;
mod resource;
mod signals;

pub(crate) use self::exporter::{Exporter, open};
pub(crate) use self::instruments::{Distribution, RequestInstruments};
pub(crate) use self::observe::observe;
pub(crate) use self::request_span::{answered, begin};
pub(crate) use self::signals::exports_metrics;
