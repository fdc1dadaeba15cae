//! What Prometheus may know of the API, at `/metrics` on a port of its own ([`server`]), and an OpenTelemetry Collector as
//! well ([`telemetry`](crate::telemetry)).
//!
//! Requests are counted as they are answered ([`requests`]); everything else is asked when somebody looks ([`state`]).
//! Labels have few values, whatever clients send: routes by their patterns, methods by a list, reasons by their names.

mod prometheus;
mod requests;
mod server;
mod state;

use std::sync::Arc;

use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub(crate) use self::requests::{RequestMetrics, Route};
pub(crate) use self::server::MetricsServer;
pub(crate) use self::state::State;

use crate::store::BATCH_SIZES;

/// All metrics, under names that begin with `grove_`.
pub(crate) fn registry(requests: &RequestMetrics, state: Arc<State>) -> Registry {
    let mut registry = Registry::with_prefix("grove");
    registry.register("build", "Which version this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    let sizes = state.batch_sizes().clone();
    registry.register(BATCH_SIZES.0, BATCH_SIZES.1, sizes);
    requests.register(&mut registry);
    registry.register_collector(Box::new(prometheus::Asked(state)));
    registry
}
