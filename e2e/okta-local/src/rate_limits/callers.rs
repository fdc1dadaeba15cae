//! The limit for one caller of `/authorize`: requests a minute, and requests at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use okta_types::UnixTime;

use super::allowance::{Allowance, WINDOW};
use crate::fingerprint::Fingerprint;
use crate::unverified::{AUTHORIZE_AT_ONCE, AUTHORIZE_PER_MINUTE};

/// Below this many callers nobody is forgotten.
const SMALL: usize = 1024;

/// What one caller may do.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallerLimit {
    /// The most requests in a minute.
    pub(super) per_minute: u32,
    /// The most requests under way at the same time.
    pub(super) at_once: u32,
}

impl CallerLimit {
    /// A live org's limits.
    pub(super) const OKTA: Self = Self { per_minute: AUTHORIZE_PER_MINUTE, at_once: AUTHORIZE_AT_ONCE };
}

/// A request that is under way for as long as this is kept.
#[derive(Debug)]
pub(crate) struct Permit(#[expect(dead_code, reason = "it is counted, not read")] Arc<()>);

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// There is no limit.
    Unlimited,
    /// It is within the limit.
    Granted(Allowance, Permit),
    /// The caller has used up its minute.
    TooMany(Allowance),
    /// Too many of the caller's requests are under way.
    TooManyAtOnce(Allowance),
}

/// What callers have used.
#[derive(Debug, Default)]
pub(super) struct Callers(HashMap<Fingerprint, Usage>);

#[derive(Debug)]
struct Usage {
    ends_at: UnixTime,
    used: u32,
    /// Each permit that is kept holds a copy.
    under_way: Arc<()>,
}

impl Callers {
    /// Counts a request of a caller.
    pub(super) fn take(&mut self, limit: CallerLimit, caller: Fingerprint, now: UnixTime) -> Verdict {
        if self.0.len() > SMALL {
            self.0.retain(|_, usage| now < usage.ends_at || usage.under_way() > 0);
        }
        let usage = self.0.entry(caller).or_insert_with(|| Usage::new(now));
        if now >= usage.ends_at {
            *usage = Usage { under_way: Arc::clone(&usage.under_way), ..Usage::new(now) };
        }
        if usage.under_way() >= limit.at_once {
            // A live org is said to tell zeros and the present time here.
            return Verdict::TooManyAtOnce(Allowance { limit: 0, remaining: 0, reset: now, granted: false });
        }
        let granted = usage.used < limit.per_minute;
        usage.used += u32::from(granted);
        let remaining = limit.per_minute - usage.used;
        let allowance = Allowance { limit: limit.per_minute, remaining, reset: usage.ends_at, granted };
        if granted {
            Verdict::Granted(allowance, Permit(Arc::clone(&usage.under_way)))
        } else {
            Verdict::TooMany(allowance)
        }
    }
}

impl Usage {
    fn new(now: UnixTime) -> Self {
        let ends_at = UnixTime(now.0.saturating_add(WINDOW));
        Self { ends_at, used: 0, under_way: Arc::default() }
    }

    fn under_way(&self) -> u32 {
        u32::try_from(Arc::strong_count(&self.under_way) - 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: &str) -> Fingerprint {
        Fingerprint::of(name)
    }

    #[test]
    fn a_callers_minute_is_used_up_and_ends() {
        let mut callers = Callers::default();
        let limit = CallerLimit { per_minute: 2, at_once: 5 };
        let mut take = |name, at| callers.take(limit, caller(name), UnixTime(at));
        assert!(matches!(take("a", 0), Verdict::Granted(Allowance { remaining: 1, .. }, _)));
        assert!(matches!(take("a", 30), Verdict::Granted(Allowance { remaining: 0, .. }, _)));
        let refused = take("a", 59);
        assert!(matches!(refused, Verdict::TooMany(Allowance { limit: 2, reset: UnixTime(60), .. })));
        assert!(
            matches!(take("b", 59), Verdict::Granted(..)) && matches!(take("a", 60), Verdict::Granted(..))
        );
    }

    #[test]
    fn a_request_is_under_way_until_its_permit_is_dropped() {
        let mut callers = Callers::default();
        let limit = CallerLimit { per_minute: 60, at_once: 1 };
        let first = callers.take(limit, caller("a"), UnixTime(0));
        assert!(matches!(callers.take(limit, caller("a"), UnixTime(61)), Verdict::TooManyAtOnce(_)));
        drop(first);
        assert!(matches!(callers.take(limit, caller("a"), UnixTime(61)), Verdict::Granted(..)));
    }

    #[test]
    fn callers_that_are_gone_leave_no_memory_behind() {
        let mut callers = Callers::default();
        for second in 0..10_000 {
            callers.take(CallerLimit::OKTA, caller(&second.to_string()), UnixTime(second * 10));
        }
        assert!(callers.0.len() <= SMALL + 10, "{}", callers.0.len());
    }
}
