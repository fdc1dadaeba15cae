//! What sends spans and metrics, from the start of the program to its end.

use std::error::Error;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::time::Instant;
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layered, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::quiet::Quiet;
use super::resource::resource;
use super::{endpoint, signals};
use crate::telemetry::asked::Asked;
use crate::telemetry::error::ExportError;

/// How long the program waits at its end for what is still to be sent.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Whose spans are exported: the program's, and not those of what sends them.
const TRACED: [&str; 3] = ["api", "okta_jwt", "okta_actix"];

/// What exports. Dropped, it sends what is still to be sent, and waits for that for a few seconds.
#[derive(Debug, Default)]
pub(crate) struct Exporter {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Opens the log, and the export of what is asked for.
pub(crate) fn open<L>(filter: impl Fn() -> EnvFilter, lines: L) -> Result<Exporter, ExportError>
where
    L: Layer<Layered<EnvFilter, Registry>> + Layer<Registry> + Clone + Send + Sync,
{
    let asked = Asked::from_env();
    if !asked.anything() {
        tracing_subscriber::registry().with(filter()).with(lines).init();
        return Ok(Exporter::default());
    }
    endpoint::check(asked)?;
    // What the exporter says of its variables belongs into the log as well.
    let meanwhile = tracing_subscriber::registry().with(filter()).with(lines.clone());
    let exporter = tracing::subscriber::with_default(meanwhile, || Exporter::start(asked))?;
    let spans = exporter.traces.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(env!("CARGO_PKG_NAME")))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(filter_fn(is_traced).with_max_level_hint(LevelFilter::DEBUG))
    });
    let registry = tracing_subscriber::registry().with(lines.with_filter(filter().and(Quiet::default())));
    match spans {
        Some(spans) => registry.with(spans).init(),
        None => registry.init(),
    }
    if let Some(metrics) = &exporter.metrics {
        global::set_meter_provider(metrics.clone());
    }
    signals::set(asked);
    Ok(exporter)
}

fn is_traced(metadata: &Metadata<'_>) -> bool {
    let krate = metadata.target().split(':').next().unwrap_or_default();
    metadata.is_span() && TRACED.contains(&krate)
}

impl Exporter {
    fn start(asked: Asked) -> Result<Self, ExportError> {
        let resource = resource();
        let traces = asked.traces.then(|| traces(resource.clone())).transpose()?;
        let metrics = asked.metrics.then(|| metrics(resource)).transpose()?;
        Ok(Self { traces, metrics })
    }
}

fn traces(resource: Resource) -> Result<SdkTracerProvider, ExportError> {
    let exporter = SpanExporter::builder().with_http().build().map_err(failed)?;
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

fn metrics(resource: Resource) -> Result<SdkMeterProvider, ExportError> {
    let exporter = MetricExporter::builder().with_http().build().map_err(failed)?;
    Ok(SdkMeterProvider::builder().with_resource(resource).with_periodic_exporter(exporter).build())
}

fn failed(error: impl Error + Send + Sync + 'static) -> ExportError {
    ExportError::Exporter(Box::new(error))
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let (done, ended) = mpsc::channel();
        let at_its_end = |send: Box<dyn FnOnce() + Send>| {
            let done = done.clone();
            // In threads of their own: a collector that hangs would be waited for longer than is said here.
            drop(thread::Builder::new().spawn(move || {
                send();
                drop(done);
            }));
        };
        if let Some(traces) = self.traces.take() {
            at_its_end(Box::new(move || drop(traces.shutdown_with_timeout(TIMEOUT))));
        }
        if let Some(metrics) = self.metrics.take() {
            at_its_end(Box::new(move || drop(metrics.shutdown_with_timeout(TIMEOUT))));
        }
        drop(done);
        wait(&ended);
    }
}

/// Until nobody can say anything any more, or time is up.
fn wait(ended: &mpsc::Receiver<()>) {
    let began = Instant::now();
    if let Err(mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(TIMEOUT) {
        tracing::warn!(waited = ?began.elapsed(), "the last traces and metrics are lost: the collector does not take them");
    }
}
