//! How fast one person may ask: so many requests a minute, all of them at once if they like. In memory: each
//! process counts for itself.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use okta_actix::Subject;

/// After so many requests those are forgotten who have been away long enough to start anew.
const FORGET_EVERY: u64 = 4096;

/// The limit and who is how near to it.
pub(crate) struct Pace {
    limiter: DefaultKeyedRateLimiter<Subject>,
    clock: DefaultClock,
    asked: AtomicU64,
}

/// Too many requests; one more may come after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests of one person")]
pub(crate) struct TooFast {
    /// How long to wait.
    pub(crate) wait: Duration,
}

impl Pace {
    /// So many requests of one person a minute.
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(requests));
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
        let pace = Pace::per_minute(NonZeroU32::new(2).unwrap());
        let (alice, bob) = (subject("alice"), subject("bob"));
        assert!(pace.allow(&alice).is_ok() && pace.allow(&alice).is_ok());
        let wait = pace.allow(&alice).unwrap_err().wait;
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(pace.allow(&bob).is_ok());
    }
}
