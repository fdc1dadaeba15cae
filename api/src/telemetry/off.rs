//! The program without OTLP: nothing is exported. An environment that asks for it gets a line in the log, and no error:
//! platforms put these variables into every program that they run.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use okta_actix::TraceParent;
use tracing_subscriber::layer::{Layered, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::asked::Asked;
use super::begun::Begun;
use super::error::ExportError;
use super::observed::{Named, Observed};

/// What exports; here, nothing.
#[derive(Debug)]
pub(crate) struct Exporter;

/// Opens the log, and warns where more is asked for.
pub(crate) fn open<L>(filter: impl Fn() -> EnvFilter, lines: L) -> Result<Exporter, ExportError>
where
    L: Layer<Layered<EnvFilter, Registry>> + Layer<Registry> + Clone + Send + Sync,
{
    tracing_subscriber::registry().with(filter()).with(lines).init();
    if Asked::from_env().anything() {
        tracing::warn!(
            "the environment asks for OpenTelemetry (OTEL_EXPORTER_OTLP_…), which this program was built without: \
             build it with `--features otlp`, or take those variables away"
        );
    }
    Ok(Exporter)
}

/// Begins a request.
pub(crate) fn begin(_: &Method, _: &str, parent: Option<TraceParent>) -> Begun {
    Begun::untold(parent)
}

/// Ends the present request's span.
pub(crate) fn answered(_: &Method, _: Option<&Arc<str>>, _: StatusCode) {}

/// Whether somebody wants metrics.
pub(crate) fn exports_metrics() -> bool {
    false
}

/// Has this tell how it is doing.
pub(crate) fn observe(_: Arc<impl Observed>) {}

/// What is counted of requests.
#[derive(Clone, Debug)]
pub(crate) struct RequestInstruments;

impl RequestInstruments {
    pub(crate) fn new(_: &[f64], _: Named, _: Named) -> Self {
        Self
    }

    pub(crate) fn entered(&self, _: &Method) {}

    pub(crate) fn left(&self, _: &Method) {}

    pub(crate) fn answered(&self, _: &Method, _: Option<&Arc<str>>, _: StatusCode, _: Duration) {}

    pub(crate) fn exceeded(&self, _: &'static str) {}

    pub(crate) fn verdict(&self, _: &'static str, _: &'static str) {}
}

/// Numbers, by their size.
#[derive(Clone, Debug)]
pub(crate) struct Distribution;

impl Distribution {
    pub(crate) fn new(_: Named, _: Vec<f64>) -> Self {
        Self
    }

    pub(crate) fn record(&self, _: f64) {}
}
