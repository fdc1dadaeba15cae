//! The one place where this program reads the time, and where a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use okta_types::UnixTime;

/// The system's time plus what a test added to it.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// The org's time, which everything it issues and judges goes by.
    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(system_seconds().saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// A clock that was moved by so many seconds before.
    pub(crate) fn moved(ahead: i64) -> Self {
        Self { ahead: AtomicI64::new(ahead.max(0)) }
    }

    /// How many seconds it was moved.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Lets time pass, in whole seconds. It never goes back: a token cannot become unexpired.
    pub(crate) fn advance(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        let _ = self
            .ahead
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |ahead| Some(ahead.saturating_add(seconds)));
    }
}

#[expect(clippy::disallowed_methods, reason = "the one reading of the system's time in this program")]
fn system_seconds() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_by_what_it_was_moved() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let passed = clock.now().since(before).as_secs();
        assert!((3600..3610).contains(&passed), "{passed}");
        clock.advance(Duration::from_secs(u64::MAX));
        assert_eq!(clock.now(), UnixTime(i64::MAX));
    }
}
