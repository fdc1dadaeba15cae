//! What the program exports, from its start on.

use std::sync::OnceLock;

use crate::telemetry::asked::Asked;

static EXPORTED: OnceLock<Asked> = OnceLock::new();

/// Says what is exported, once.
pub(super) fn set(exported: Asked) {
    // A program has one exporter.
    let _ = EXPORTED.set(exported);
}

/// Whether somebody wants metrics.
pub(crate) fn exports_metrics() -> bool {
    EXPORTED.get().is_some_and(|exported| exported.metrics)
}

/// Whether somebody wants traces.
pub(super) fn exports_traces() -> bool {
    EXPORTED.get().is_some_and(|exported| exported.traces)
}
