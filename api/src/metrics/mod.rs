//! What Prometheus may know of the API, at `/metrics` on a port of its own ([`server`]).
//!
//! Requests are counted as they are answered ([`requests`]); everything else is asked when somebody looks ([`state`]).
//! Labels have few values, whatever clients send: routes by their patterns, methods by a list, reasons by their names.

mod requests;
mod server;
mod state;

use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub(crate) use self::requests::{RequestMetrics, Route};
pub(crate) use self::server::MetricsServer;
pub(crate) use self::state::State;

/// All metrics, under names that begin with `grove_`.
pub(crate) fn registry(requests: &RequestMetrics, state: State) -> Registry {
    let mut registry = Registry::with_prefix("grove");
    registry.register("build", "Which version this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    let sizes = state.batch_sizes().clone();
    registry.register("checkout_batch_orders", "Orders that shared a commit, for each commit", sizes);
    requests.register(&mut registry);
    registry.register_collector(Box::new(state));
    registry
}
