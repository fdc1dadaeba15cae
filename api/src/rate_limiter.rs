//! How many requests one person may send in a minute, all of them at once if they like. Counted in memory, by each
//! process for itself.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use okta_actix::Subject;

/// After this many requests, people whose allowance is full again are forgotten.
const FORGET_EVERY: u64 = 4096;

/// The limit, and how near to it each person is.
pub(crate) struct RateLimiter {
    limiter: DefaultKeyedRateLimiter<Subject>,
    clock: DefaultClock,
    asked: AtomicU64,
}

/// One request too many; the next one is allowed after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests from one person")]
pub(crate) struct TooFast {
    /// How long to wait.
    pub(crate) wait: Duration,
}

impl RateLimiter {
    /// Allows each person this many requests a minute.
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        let limiter = DefaultKeyedRateLimiter::keyed(Quota::per_minute(requests));
        Self { limiter, clock: DefaultClock::default(), asked: AtomicU64::new(0) }
    }

    /// Counts a request of this person.
    ///
    /// # Errors
    /// [`TooFast`] where it is one too many; it is not counted then.
    pub(crate) fn allow(&self, person: &Subject) -> Result<(), TooFast> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let verdict = self.limiter.check_key(person);
        verdict.map_err(|until| TooFast { wait: until.wait_time_from(self.clock.now()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::subject;

    #[test]
    fn one_person_is_slowed_down_and_the_others_are_not() {
        let limiter = RateLimiter::per_minute(NonZeroU32::new(2).unwrap());
        let (alice, bob) = (subject("alice"), subject("bob"));
        assert!(limiter.allow(&alice).is_ok() && limiter.allow(&alice).is_ok());
        let wait = limiter.allow(&alice).unwrap_err().wait;
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(limiter.allow(&bob).is_ok());
    }
}
