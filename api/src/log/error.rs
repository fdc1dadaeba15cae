//! Why the log cannot be opened.

use std::io;

use crate::telemetry::ExportError;

/// Why the log, or what goes out with it, cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// There is no thread to write it.
    #[error("the log cannot be written")]
    Thread(#[source] io::Error),
    /// Traces and metrics cannot be exported.
    #[error(transparent)]
    Export(#[from] ExportError),
}
