//! What can go wrong with the database, sorted by what the caller can do about it.

/// Why the database gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Busy, full, unreachable: a later try may succeed.
    #[error("the database cannot be used just now")]
    Unavailable(#[source] sqlx::Error),
    /// A statement or its answer makes no sense: a fault of this program.
    #[error("the database refused a statement or gave an unreadable answer")]
    Failed(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_passing(&error) { Self::Unavailable(error) } else { Self::Failed(error) }
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// SQLite's primary result codes busy, locked, read-only, I/O error, full and cannot-open, which stand in
/// the low byte of the extended ones (sqlite.org/rescode.html).
fn is_passing_code(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
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
            assert_eq!(is_passing_code(code), passing, "{code}");
        }
    }
}
