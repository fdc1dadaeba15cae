//! When people who have gone away are signed out (feature `idle`).

use std::time::Duration;

/// When a person counts as gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Signed out, here and at the org, after so long without a sign of life in any tab.
    pub after: Duration,
    /// Warned so long before; from then on nothing is renewed. Shorter than `after`.
    pub warn_before: Duration,
}

impl Idle {
    pub(crate) fn is_possible(&self) -> bool {
        self.warn_before < self.after
    }
}
