//! How many connections the server closed, and why.

use std::sync::atomic::{AtomicU64, Ordering};

use super::phase::Phase;

/// Why a connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The client let the server wait too long in this phase.
    Overdue(Phase),
    /// There were too many: it made room for another one.
    ForAnother,
    /// There were too many, and none that could make room: it was never admitted.
    NotAdmitted,
}

const NAMES: [&str; 6] = ["idle", "late_head", "late_body", "late_answer", "for_another", "not_admitted"];

/// The counts since the start.
#[derive(Debug, Default)]
pub(super) struct ClosedConnections([AtomicU64; NAMES.len()]);

impl Closed {
    /// The place of its name.
    fn index(self) -> usize {
        match self {
            // What is being handled has no deadline.
            Self::Overdue(Phase::Idle | Phase::Handling) => 0,
            Self::Overdue(Phase::Head) => 1,
            Self::Overdue(Phase::Body) => 2,
            Self::Overdue(Phase::Answer) => 3,
            Self::ForAnother => 4,
            Self::NotAdmitted => 5,
        }
    }
}

impl ClosedConnections {
    pub(super) fn count(&self, why: Closed) {
        self.0[why.index()].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NAMES.into_iter().zip(self.0.iter().map(|count| count.load(Ordering::Relaxed)))
    }
}
