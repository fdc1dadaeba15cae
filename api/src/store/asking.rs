//! The database as a trace shows it: what it is asked, from the wait for a connection until that is given back. Neither statements
//! nor values are told.

use tracing::Span;
use tracing::field::Empty;

use super::StoreError;

/// The span of a read or of a transaction, while there is one.
#[derive(Debug)]
pub(super) struct Asking(Span);

impl Asking {
    /// Of the database `system`, by the names of the conventions for databases; costs nothing where nobody listens.
    pub(super) fn begin(system: &'static str, what: &'static str) -> Self {
        Self(tracing::debug_span!(
            "database",
            "otel.kind" = "client",
            "otel.name" = what,
            "db.system.name" = system,
            "otel.status_code" = Empty,
            "error.type" = Empty,
        ))
    }

    /// Says where the database failed.
    pub(super) fn outcome<T>(&self, outcome: Result<T, impl Into<StoreError>>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            let error = error.into();
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", kind(error.cause()));
            error
        })
    }
}

/// A few words, whatever the database says.
fn kind(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::PoolTimedOut => "no_connection_in_time",
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => "connection",
        sqlx::Error::Database(_) => "database",
        _ => "_OTHER",
    }
}
