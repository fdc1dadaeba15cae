//! What can go wrong with the database, sorted by what the caller can do about it.

use std::sync::Arc;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// Why the database gave no answer.
///
/// The cause is shared, because orders of one transaction fail together.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Busy, full, unreachable: a later try may succeed.
    #[error("the database cannot be used right now")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// Two transactions were in each other's way, and this one gave way: a later try may succeed.
    #[error("the database let another transaction go first")]
    Conflict(#[source] Arc<sqlx::Error>),
    /// A statement or its answer makes no sense: a fault of this program.
    #[error("the database refused a statement or gave an unreadable answer")]
    Failed(#[source] Arc<sqlx::Error>),
}

impl StoreError {
    /// What the database said.
    pub(super) fn cause(&self) -> &sqlx::Error {
        match self {
            Self::Unavailable(cause) | Self::Conflict(cause) | Self::Failed(cause) => cause,
        }
    }
}

/// An error that may say that its transaction was in another one's way.
pub(super) trait Conflicting {
    /// Whether to do the same again.
    fn is_conflict(&self) -> bool;
}

impl Conflicting for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Arc::new(error).into()
    }
}

impl From<Arc<sqlx::Error>> for StoreError {
    fn from(error: Arc<sqlx::Error>) -> Self {
        match kind(&error) {
            Kind::Passing => Self::Unavailable(error),
            Kind::Conflict => Self::Conflict(error),
            Kind::Fault => Self::Failed(error),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Passing,
    Conflict,
    Fault,
}

fn kind(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Io(_) => Kind::Passing,
        sqlx::Error::Database(error) => kind_of_code(error.as_ref()),
        _ => Kind::Fault,
    }
}

fn kind_of_code(error: &dyn DatabaseError) -> Kind {
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => kind_of_sqlstate(&code),
        None => kind_of_result_code(&code),
    }
}

/// SQLite's primary result codes busy, locked, read-only, I/O error, full and cannot-open, which stand in
/// the low byte of the extended ones (sqlite.org/rescode.html).
fn kind_of_result_code(code: &str) -> Kind {
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6 | 8 | 10 | 13 | 14) => Kind::Passing,
        _ => Kind::Fault,
    }
}

/// PostgreSQL's SQLSTATEs (its documentation, appendix A), mostly by class: 08 connection, 53 insufficient
/// resources such as a full disk, 57 operator intervention such as a restart, 58 system error; a lock that
/// could not be had in time; a read-only server.
fn kind_of_sqlstate(code: &str) -> Kind {
    match (code, code.get(..2)) {
        ("40001" | "40P01", _) => Kind::Conflict,
        ("55P03" | "25006" | "25P03", _) | (_, Some("08" | "53" | "57" | "58")) => Kind::Passing,
        _ => Kind::Fault,
    }
}

/// Whether PostgreSQL gave up waiting for a row that another transaction holds.
pub(super) fn is_lock_timeout(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "55P03")
}

/// An answer that the program cannot read, e.g. a word the schema's checks should have kept out.
pub(super) fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_passes_and_a_broken_constraint_does_not() {
        for (code, passing) in
            [("13", true), ("5", true), ("517", true), ("778", true), ("2067", false), ("1", false)]
        {
            assert_eq!(kind_of_result_code(code) == Kind::Passing, passing, "{code}");
        }
    }

    #[test]
    fn a_deadlock_is_tried_again_and_a_restart_is_waited_for() {
        for (code, kind) in [
            ("40001", Kind::Conflict),
            ("40P01", Kind::Conflict),
            ("57P01", Kind::Passing),
            ("53100", Kind::Passing),
            ("55P03", Kind::Passing),
            ("08006", Kind::Passing),
            ("23505", Kind::Fault),
            ("42P01", Kind::Fault),
            ("", Kind::Fault),
        ] {
            assert_eq!(kind_of_sqlstate(code), kind, "{code}");
        }
    }
}
