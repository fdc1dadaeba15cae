//! Traces and metrics for an OpenTelemetry Collector, by OTLP: feature `otlp`, and on where the environment says where to
//! ([`asked`]).
//!
//! What the rest of the program calls is the same with the feature (`otlp`) and without (`off`); without it, or where nothing
//! is asked for, a request costs nothing more.

mod asked;
mod begun;
mod error;
mod observed;
#[cfg(not(feature = "otlp"))]
mod off;
#[cfg(feature = "otlp")]
mod otlp;

pub use self::error::ExportError;

pub(crate) use self::asked::ENDPOINT;
pub(crate) use self::begun::Begun;
pub(crate) use self::observed::{Named, Observed, Sample, Samples};
#[cfg(not(feature = "otlp"))]
pub(crate) use self::off::{
    Distribution, Exporter, RequestInstruments, answered, begin, exports_metrics, observe, open,
};
#[cfg(feature = "otlp")]
pub(crate) use self::otlp::{
    Distribution, Exporter, RequestInstruments, answered, begin, exports_metrics, observe, open,
};
