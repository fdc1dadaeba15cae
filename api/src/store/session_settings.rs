//! What every connection asks of PostgreSQL; behind a pooler, where the connection is another's before and after, every
//! transaction.

use std::sync::{Arc, LazyLock};

/// A row is waited for as long as SQLite's lock is; whoever leaves a transaction open loses it. An order is confirmed when it
/// is on the server's disk.
pub(super) const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "5s"),
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "15s"),
    ("synchronous_commit", "on"),
];

/// What a transaction of many orders waits for a row that another transaction holds: not long, for all of them
/// wait, and each can still wait by itself. Shorter than what PostgreSQL takes to notice a deadlock.
const BATCH_LOCK_TIMEOUT: (&str, &str) = ("lock_timeout", "200ms");

/// Begins a transaction of many orders.
pub(super) static BEGIN_BATCH: LazyLock<Arc<str>> = LazyLock::new(|| begin("BEGIN", &[BATCH_LOCK_TIMEOUT]));
/// Begins a transaction behind a pooler.
pub(super) static BEGIN_POOLED: LazyLock<Arc<str>> = LazyLock::new(|| begin("BEGIN", &SESSION_SETTINGS));
/// Begins one of many orders there; of two settings of one name the later counts.
pub(super) static BEGIN_BATCH_POOLED: LazyLock<Arc<str>> =
    LazyLock::new(|| begin(&BEGIN_POOLED, &[BATCH_LOCK_TIMEOUT]));
/// Begins one there that only reads.
pub(super) static BEGIN_READING_POOLED: LazyLock<Arc<str>> =
    LazyLock::new(|| begin("BEGIN READ ONLY", &SESSION_SETTINGS));

fn begin(statement: &str, settings: &[(&str, &str)]) -> Arc<str> {
    let settings = settings.iter().map(|(name, value)| format!("; SET LOCAL {name} = '{value}'"));
    settings.fold(statement.to_owned(), |whole, setting| whole + &setting).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_behind_a_pooler_says_every_setting_and_a_batch_waits_less() {
        let all = "; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s'; \
                   SET LOCAL idle_in_transaction_session_timeout = '15s'; SET LOCAL synchronous_commit = 'on'";
        let batch = "; SET LOCAL lock_timeout = '200ms'";
        assert_eq!(**BEGIN_BATCH, format!("BEGIN{batch}"));
        assert_eq!(**BEGIN_POOLED, format!("BEGIN{all}"));
        assert_eq!(**BEGIN_BATCH_POOLED, format!("BEGIN{all}{batch}"));
        assert_eq!(**BEGIN_READING_POOLED, format!("BEGIN READ ONLY{all}"));
    }
}
