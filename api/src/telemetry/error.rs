//! Why nothing can be exported.

use std::error::Error;

/// Why traces and metrics cannot be exported as the environment asks.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A variable has a value that is of no use: `{variable} {problem}` is a sentence.
    #[error("the configuration has mistakes:\n  {variable} {problem}")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// What sends them cannot be set up.
    #[error("traces and metrics cannot be exported")]
    Exporter(#[source] Box<dyn Error + Send + Sync>),
}
