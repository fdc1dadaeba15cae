//! How many requests one person may send in a minute, or one address, all of them at once if they like. Counted in a store that replicas
//! share, or in memory, by each process for itself; people are told in `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-10).

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use okta_actix::Subject;
use sha2::{Digest as _, Sha256};

use crate::counted_address::CountedAddress;
use crate::shared_store::{self, Name, Outage, Shared, StoreAway, Taken};

/// After this many requests, those whose allowance is full again are forgotten.
const FORGET_EVERY: u64 = 4096;

/// Seconds in which the allowance is full again.
const WINDOW: u64 = 60;

/// What a person's requests are counted against.
pub(crate) const RATE_LIMIT_POLICY: &str = "ratelimit-policy";
/// What is left of it.
pub(crate) const RATE_LIMIT: &str = "ratelimit";

/// By whom requests are counted.
pub(crate) trait Sender: Clone + Eq + Hash {
    /// The name in a store that replicas share, which tells nobody who it is.
    fn name(&self) -> Name;
}

/// The limit, and how near to it each one is.
pub(crate) struct RateLimiter<K: Sender = Subject> {
    limiter: DefaultKeyedRateLimiter<K, StateInformationMiddleware>,
    clock: DefaultClock,
    requests: NonZeroU32,
    asked: AtomicU64,
    /// Where replicas count together, if there are any.
    shared: Option<Shared>,
    /// The value of its header.
    policy: HeaderValue,
}

/// How many requests a person has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    policy: HeaderValue,
    remaining: u32,
    /// Seconds until all of it is there again; where nothing is left, until the next request is allowed.
    reset: u64,
}

/// One request too many; the next one is allowed after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests in a minute")]
pub(crate) struct TooFast {
    /// How long to wait.
    pub(crate) wait: Duration,
}

/// What is left, and whether the request was too many.
pub(crate) type Counted = (Allowance, Result<(), TooFast>);

impl<K: Sender> RateLimiter<K> {
    /// Allows each one this many requests a minute, at all replicas that share a store together.
    pub(crate) fn per_minute(requests: NonZeroU32, shared: Option<Shared>) -> Self {
        let limiter = DefaultKeyedRateLimiter::keyed(Quota::per_minute(requests)).with_middleware();
        let policy = format!("\"person\";q={requests};w={WINDOW}");
        let policy = HeaderValue::try_from(policy).expect("printable ASCII");
        Self { limiter, clock: DefaultClock::default(), requests, asked: AtomicU64::new(0), shared, policy }
    }

    /// Counts a request of this one. What is left, and whether this one was too many; then it is not counted.
    ///
    /// # Errors
    /// Where replicas count together, cannot, and are not to count alone.
    pub(crate) async fn count(&self, sender: &K) -> Result<Counted, StoreAway> {
        let Some(Shared { store, outage }) = &self.shared else { return Ok(self.count_here(sender)) };
        let window = Duration::from_secs(WINDOW);
        let taken =
            store.take(sender.name(), shared_store::Quota { limit: self.requests.get(), window }).await;
        match (taken, outage) {
            (Ok(taken), _) => Ok(self.told(taken)),
            (Err(StoreAway), Outage::Open) => Ok(self.count_here(sender)),
            (Err(away), Outage::Closed) => Err(away),
        }
    }

    fn told(&self, taken: Taken) -> Counted {
        match taken {
            Taken::One { remaining, reset } => {
                let reset = reset.as_secs() + u64::from(reset.subsec_nanos() > 0);
                (self.allowance(remaining, reset), Ok(()))
            }
            Taken::None { wait } => self.too_fast(wait),
        }
    }

    fn allowance(&self, remaining: u32, reset: u64) -> Allowance {
        Allowance { policy: self.policy.clone(), remaining, reset }
    }

    fn too_fast(&self, wait: Duration) -> Counted {
        (self.allowance(0, wait.as_secs() + 1), Err(TooFast { wait }))
    }

    /// The same where nobody has to be asked; `None` where replicas count together.
    pub(crate) fn count_alone(&self, sender: &K) -> Option<Counted> {
        self.shared.is_none().then(|| self.count_here(sender))
    }

    fn count_here(&self, sender: &K) -> Counted {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(sender) {
            Ok(left) => {
                let (limit, remaining) = (self.requests.get(), left.remaining_burst_capacity());
                let reset = (u64::from(limit.saturating_sub(remaining)) * WINDOW).div_ceil(u64::from(limit));
                (self.allowance(remaining, reset), Ok(()))
            }
            Err(until) => self.too_fast(until.wait_time_from(self.clock.now())),
        }
    }
}

impl Sender for Subject {
    fn name(&self) -> Name {
        Name { kind: "requests", hash: hash_of(&[self.iss(), "\n", self.id()].concat()) }
    }
}

impl Sender for CountedAddress {
    fn name(&self) -> Name {
        Name { kind: "requests-from", hash: hash_of(&self.address().to_string()) }
    }
}

fn hash_of(text: &str) -> [u8; 16] {
    let whole = Sha256::digest(text);
    let mut hash = [0; 16];
    hash.copy_from_slice(&whole[..16]);
    hash
}

impl Allowance {
    /// Says what is left, in the headers of an answer.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        if let Some(left) = self.header() {
            headers.insert(HeaderName::from_static(RATE_LIMIT), left);
        }
        headers.insert(HeaderName::from_static(RATE_LIMIT_POLICY), self.policy);
    }

    /// `"person";r=599;t=1`
    fn header(&self) -> Option<HeaderValue> {
        let (mut remaining, mut reset) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (remaining, reset) = (remaining.format(self.remaining), reset.format(self.reset));
        HeaderValue::from_maybe_shared(["\"person\";r=", remaining, ";t=", reset].concat()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::subject;

    #[test]
    fn one_person_is_slowed_down_and_the_others_are_not() {
        let limiter = RateLimiter::per_minute(NonZeroU32::new(2).unwrap(), None);
        let (alice, bob) = (subject("alice"), subject("bob"));
        let policy = || HeaderValue::from_static("\"person\";q=2;w=60");
        let left = |(allowance, outcome): (Allowance, Result<(), TooFast>)| {
            (allowance.policy, allowance.remaining, outcome.map_err(|too_fast| too_fast.wait))
        };
        assert_eq!(left(limiter.count_here(&alice)), (policy(), 1, Ok(())));
        assert_eq!(left(limiter.count_here(&alice)), (policy(), 0, Ok(())));
        let (allowance, outcome) = limiter.count_here(&alice);
        let wait = outcome.unwrap_err().wait;
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(allowance.remaining == 0 && (1..=31).contains(&allowance.reset), "{allowance:?}");
        assert_eq!(left(limiter.count_here(&bob)), (policy(), 1, Ok(())));
    }
}
