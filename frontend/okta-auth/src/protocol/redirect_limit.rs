//! The loop breaker: a page that is sent to the org again and again stops and explains.
//!
//! What loops is never the person: a guarded page whose API refuses every token, an org that answers at once
//! because its own session stands. Every way to the org counts, step-up included; the times of departure lie
//! beside the transactions in the tab's `sessionStorage`, because every round is a page of its own.

use std::time::Duration;

use okta_types::UnixTime;

/// So many ways to the org within such a time; the next one is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectLimit {
    /// How many are still fine; at most 32.
    pub redirects: u8,
    /// Within which time.
    pub within: Duration,
}

impl Default for RedirectLimit {
    /// Five in thirty seconds: no person is so quick, every loop is.
    fn default() -> Self {
        Self { redirects: 5, within: Duration::from_secs(30) }
    }
}

impl RedirectLimit {
    /// Forgets the departures that no longer count: too long ago, or in a future that a corrected clock has
    /// taken away.
    pub(crate) fn prune(self, departures: &mut Vec<UnixTime>, now: UnixTime) {
        let window = i64::try_from(self.within.as_secs()).unwrap_or(i64::MAX);
        departures.retain(|at| (-window..window).contains(&now.0.saturating_sub(at.0)));
    }

    /// Whether one more, after these, would be too many.
    pub(crate) fn is_reached(self, departures: &[UnixTime]) -> bool {
        departures.len() >= usize::from(self.redirects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(departures: &[i64], now: i64, reached: bool) {
        let limit = RedirectLimit { redirects: 2, within: Duration::from_secs(30) };
        let mut departures = departures.iter().copied().map(UnixTime).collect();
        limit.prune(&mut departures, UnixTime(now));
        assert_eq!(limit.is_reached(&departures), reached, "{departures:?}");
    }

    #[test]
    fn only_departures_of_the_last_while_count() {
        check(&[], 100, false);
        check(&[100], 100, false);
        check(&[100, 100], 100, true);
        check(&[71, 100], 100, true);
        check(&[70, 100], 100, false);
        check(&[100, 130], 100, true);
        check(&[100, 131], 100, false);
        check(&[i64::MIN, i64::MAX], 100, false);
    }
}
