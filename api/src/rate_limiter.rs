//! How many requests one person may send in a minute, all of them at once if they like. Counted in memory, by each
//! process for itself, and told in `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-10).

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use okta_actix::Subject;

/// After this many requests, people whose allowance is full again are forgotten.
const FORGET_EVERY: u64 = 4096;

/// Seconds in which the allowance is full again.
const WINDOW: u64 = 60;

/// What a person's requests are counted against.
pub(crate) const RATE_LIMIT_POLICY: &str = "ratelimit-policy";
/// What is left of it.
pub(crate) const RATE_LIMIT: &str = "ratelimit";

/// The limit, and how near to it each person is.
pub(crate) struct RateLimiter {
    limiter: DefaultKeyedRateLimiter<Subject, StateInformationMiddleware>,
    clock: DefaultClock,
    requests: NonZeroU32,
    asked: AtomicU64,
}

/// How many requests a person has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    limit: u32,
    remaining: u32,
    /// Seconds until all of it is there again; where nothing is left, until the next request is allowed.
    reset: u64,
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
        let limiter = DefaultKeyedRateLimiter::keyed(Quota::per_minute(requests)).with_middleware();
        Self { limiter, clock: DefaultClock::default(), requests, asked: AtomicU64::new(0) }
    }

    /// Counts a request of this person. What is left, and whether this one was too many; then it is not counted.
    pub(crate) fn count(&self, person: &Subject) -> (Allowance, Result<(), TooFast>) {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let limit = self.requests.get();
        match self.limiter.check_key(person) {
            Ok(left) => {
                let remaining = left.remaining_burst_capacity();
                let reset = (u64::from(limit.saturating_sub(remaining)) * WINDOW).div_ceil(u64::from(limit));
                (Allowance { limit, remaining, reset }, Ok(()))
            }
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                (Allowance { limit, remaining: 0, reset: wait.as_secs() + 1 }, Err(TooFast { wait }))
            }
        }
    }
}

/// Says what is left in an answer to a request that was counted.
pub(crate) fn tell_allowance<B>(response: &mut ServiceResponse<B>) {
    let allowance = response.request().extensions().get::<Allowance>().copied();
    let Some(Allowance { limit, remaining, reset }) = allowance else { return };
    for (name, value) in [
        (RATE_LIMIT_POLICY, format!("\"person\";q={limit};w={WINDOW}")),
        (RATE_LIMIT, format!("\"person\";r={remaining};t={reset}")),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
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
        let left = |(allowance, outcome): (Allowance, Result<(), TooFast>)| {
            (allowance.limit, allowance.remaining, outcome.map_err(|too_fast| too_fast.wait))
        };
        assert_eq!(left(limiter.count(&alice)), (2, 1, Ok(())));
        assert_eq!(left(limiter.count(&alice)), (2, 0, Ok(())));
        let (allowance, outcome) = limiter.count(&alice);
        let wait = outcome.unwrap_err().wait;
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(allowance.remaining == 0 && (1..=31).contains(&allowance.reset), "{allowance:?}");
        assert_eq!(left(limiter.count(&bob)), (2, 1, Ok(())));
    }
}
