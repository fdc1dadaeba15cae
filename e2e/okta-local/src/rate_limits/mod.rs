//! Rate limits: requests a minute to an endpoint, requests a second to `/token` for one person, and requests a minute
//! and at the same time to `/authorize` for one caller.

mod allowance;
mod callers;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use okta_types::UnixTime;

use crate::counters::Endpoint;
use crate::fingerprint::Fingerprint;
use crate::unverified::{DEFAULT_RATE_LIMIT, TOKEN_PER_SECOND};
use allowance::WINDOW;
use callers::{CallerLimit, Callers};

pub(crate) use allowance::Allowance;
pub(crate) use callers::Verdict;

/// Whether the limits that an org sets people and callers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientLimits {
    /// As a live org: `/authorize` takes 60 requests a minute and 5 at once of one client id, address and
    /// browser together, and `/token` 4 a second for one person.
    #[default]
    Okta,
    /// None, for tests that sign in by the thousand.
    LiftedForTests,
}

/// The limits of an org and what is used of them.
#[derive(Debug, Default)]
pub(crate) struct RateLimits(Mutex<Limits>);

#[derive(Debug)]
struct Limits {
    endpoints: BTreeMap<Endpoint, Bucket>,
    /// What one caller of `/authorize` may do; none: anything.
    per_caller: Option<CallerLimit>,
    callers: Callers,
    /// Requests to `/token` that one person may cause in a second; none: any number.
    per_person: Option<u32>,
    /// The second and the requests in it, by person.
    people: HashMap<String, (UnixTime, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    limit: u32,
    ends_at: UnixTime,
    used: u32,
}

impl RateLimits {
    /// Sets the requests a minute of an endpoint.
    pub(crate) fn set(&self, endpoint: Endpoint, limit: u32) {
        self.lock().endpoints.insert(endpoint, Bucket { limit, ..Bucket::default() });
    }

    /// Sets the requests a second to `/token` of one person.
    pub(crate) fn set_per_person(&self, limit: Option<u32>) {
        self.lock().per_person = limit;
    }

    /// Lets people and callers do what they like.
    pub(crate) fn lift(&self) {
        let mut limits = self.lock();
        (limits.per_caller, limits.per_person) = (None, None);
    }

    /// Counts a request of a caller of `/authorize`.
    pub(crate) fn take_for_caller(&self, caller: Fingerprint, now: UnixTime) -> Verdict {
        let mut limits = self.lock();
        match limits.per_caller {
            None => Verdict::Unlimited,
            Some(limit) => limits.callers.take(limit, caller, now),
        }
    }

    /// Counts a request of any caller against the endpoint's window.
    pub(crate) fn take(&self, endpoint: Endpoint, now: UnixTime) -> Allowance {
        let mut limits = self.lock();
        let bucket = limits.endpoints.entry(endpoint).or_default();
        if now >= bucket.ends_at {
            *bucket = Bucket { ends_at: UnixTime(now.0.saturating_add(WINDOW)), used: 0, ..*bucket };
        }
        let granted = bucket.used < bucket.limit;
        bucket.used += u32::from(granted);
        Allowance {
            limit: bucket.limit,
            remaining: bucket.limit - bucket.used,
            reset: bucket.ends_at,
            granted,
        }
    }

    /// Counts a token request for a person; `false` where they had enough for this second.
    pub(crate) fn take_for(&self, user_id: &str, now: UnixTime) -> bool {
        let mut limits = self.lock();
        let Some(limit) = limits.per_person else { return true };
        if limits.people.len() > 1024 {
            limits.people.retain(|_, (second, _)| *second == now);
        }
        let (second, used) = limits.people.entry(user_id.to_owned()).or_insert((now, 0));
        if *second != now {
            (*second, *used) = (now, 0);
        }
        *used += 1;
        *used <= limit
    }

    fn lock(&self) -> MutexGuard<'_, Limits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            endpoints: BTreeMap::new(),
            per_caller: Some(CallerLimit::OKTA),
            callers: Callers::default(),
            per_person: Some(TOKEN_PER_SECOND),
            people: HashMap::new(),
        }
    }
}

impl Default for Bucket {
    fn default() -> Self {
        Self { limit: DEFAULT_RATE_LIMIT, ends_at: UnixTime(0), used: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_used_up_and_ends() {
        let limits = RateLimits::default();
        limits.set(Endpoint::Token, 2);
        let take = |at| limits.take(Endpoint::Token, UnixTime(at));
        assert_eq!((take(100).remaining, take(110).remaining), (1, 0));
        let refused = take(159);
        assert_eq!((refused.granted, refused.remaining, refused.reset), (false, 0, UnixTime(160)));
        assert!(take(160).granted && limits.take(Endpoint::UserInfo, UnixTime(100)).granted);
    }

    #[test]
    fn one_person_has_so_many_a_second() {
        let limits = RateLimits::default();
        limits.lift();
        assert!((0..100).all(|_| limits.take_for("00u1", UnixTime(1))));
        limits.set_per_person(Some(2));
        let taken: Vec<_> = (0..3).map(|_| limits.take_for("00u1", UnixTime(1))).collect();
        assert_eq!(taken, [true, true, false]);
        assert!(limits.take_for("00u2", UnixTime(1)) && limits.take_for("00u1", UnixTime(2)));
    }
}
