//! When the issuer may be asked for its keys. Decides only: no I/O, and the moment is a parameter.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::Duration;

use tokio::time::Instant;

use super::KeySetLimits;

/// Why a fetch is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The set grows old, or there is none.
    Due,
    /// A token names a key that the set does not hold.
    UnknownKey,
}

/// The state that says whether a fetch may begin.
#[derive(Debug)]
pub(crate) struct Schedule {
    limits: KeySetLimits,
    /// When the next fetch is to begin without anybody asking.
    due: Instant,
    /// When a token last made us fetch. Only those fetches count: the first new key after a quiet time is
    /// looked for at once, even right after a scheduled fetch.
    provoked: Option<Instant>,
    /// Until when the issuer asked to be left alone.
    asked_to_wait: Option<Instant>,
    failures: u32,
    /// Its keys differ from process to process, so that a fleet does not retry in step.
    jitter: RandomState,
}

impl Schedule {
    /// Due at once.
    pub(crate) fn new(limits: KeySetLimits, now: Instant) -> Self {
        Self {
            limits,
            due: now,
            provoked: None,
            asked_to_wait: None,
            failures: 0,
            jitter: RandomState::new(),
        }
    }

    /// When the next fetch is due.
    pub(crate) fn due(&self) -> Instant {
        self.due
    }

    /// Whether nothing stands against a fetch now.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Time to the next try, in whole seconds, at least one.
    pub(crate) fn until_due(&self, now: Instant) -> Duration {
        let left = self.due.saturating_duration_since(now);
        Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0)).max(Duration::from_secs(1))
    }

    /// How many fetches in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether a fetch may begin now; where it may, the caller begins it.
    pub(crate) fn admit(&mut self, reason: Reason, now: Instant) -> bool {
        let admitted = match reason {
            Reason::Due => self.is_due(now),
            Reason::UnknownKey => {
                self.asked_to_wait.is_none_or(|until| now >= until)
                    && self.provoked.is_none_or(|last| now.duration_since(last) >= self.limits.cool_down)
            }
        };
        if admitted && reason == Reason::UnknownKey {
            self.provoked = Some(now);
        }
        admitted
    }

    /// A fetch gave keys that are fresh for `lifetime`.
    pub(crate) fn succeeded(&mut self, now: Instant, lifetime: Duration) {
        self.failures = 0;
        self.asked_to_wait = None;
        self.due = after(now, lifetime.saturating_sub(self.limits.refresh_ahead));
    }

    /// A fetch failed, and the issuer may have said how long to leave it alone.
    pub(crate) fn failed(&mut self, now: Instant, retry_after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        self.asked_to_wait = retry_after.map(|pause| after(now, pause));
        self.due = after(now, self.back_off().max(retry_after.unwrap_or(Duration::ZERO)));
    }

    /// Doubles from the shortest to the longest pause; the last quarter of it is left to chance.
    fn back_off(&self) -> Duration {
        let doublings = (self.failures - 1).min(31);
        let pause = self.limits.min_back_off.saturating_mul(1 << doublings).min(self.limits.max_back_off);
        let chance = (self.jitter.hash_one(self.failures) % 1024) as f64 / 1024.0;
        pause.mul_f64(0.75 + 0.25 * chance)
    }
}

/// `pause` after `now`; a year after it where the pause is "for ever".
pub(crate) fn after(now: Instant, pause: Duration) -> Instant {
    const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    now + pause.min(A_YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn schedule() -> (Schedule, Instant) {
        let now = Instant::now();
        (Schedule::new(KeySetLimits::default(), now), now)
    }

    #[test]
    fn the_first_fetch_is_due_at_once_and_the_next_before_the_keys_are_old() {
        let (mut schedule, start) = schedule();
        assert!(schedule.admit(Reason::Due, start));
        schedule.succeeded(start, 600 * SECOND);
        assert!(!schedule.admit(Reason::Due, start + 569 * SECOND));
        assert!(schedule.admit(Reason::Due, start + 570 * SECOND));
    }

    #[test]
    fn a_pause_for_ever_is_a_year() {
        let now = Instant::now();
        assert_eq!(after(now, 90 * SECOND), now + 90 * SECOND);
        assert_eq!(after(now, Duration::MAX), now + 365 * 86_400 * SECOND);
    }

    #[test]
    fn the_time_to_the_next_try_is_told_in_whole_seconds() {
        let (mut schedule, start) = schedule();
        assert_eq!(schedule.until_due(start), SECOND, "never none");
        schedule.succeeded(start, 600 * SECOND);
        assert_eq!(schedule.until_due(start), 570 * SECOND);
        assert_eq!(schedule.until_due(start + SECOND / 2), 570 * SECOND);
        assert_eq!(schedule.until_due(start + 569 * SECOND), SECOND);
    }

    #[test]
    fn an_unknown_key_is_looked_for_at_once_and_then_not_before_the_cool_down() {
        let (mut schedule, start) = schedule();
        schedule.succeeded(start, 600 * SECOND);
        assert!(schedule.admit(Reason::UnknownKey, start));
        schedule.succeeded(start, 600 * SECOND);
        assert!(!schedule.admit(Reason::UnknownKey, start + SECOND));
        assert!(!schedule.admit(Reason::UnknownKey, start + 29 * SECOND));
        assert!(schedule.admit(Reason::UnknownKey, start + 30 * SECOND));
    }

    #[test]
    fn a_failed_look_for_an_unknown_key_cools_down_too() {
        let (mut schedule, start) = schedule();
        assert!(schedule.admit(Reason::UnknownKey, start));
        schedule.failed(start, None);
        assert!(!schedule.admit(Reason::UnknownKey, start + 29 * SECOND));
    }

    #[test]
    fn pauses_double_from_one_second_to_a_minute() {
        let (mut schedule, start) = schedule();
        for longest in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            schedule.failed(start, None);
            let pause = schedule.due() - start;
            assert!(pause <= longest * SECOND && pause >= longest * SECOND * 3 / 4, "{pause:?} of {longest}");
        }
        for _ in 0..100 {
            schedule.failed(start, None);
        }
        assert!(schedule.due() - start <= 60 * SECOND);
    }

    #[test]
    fn the_issuers_wish_to_be_left_alone_binds_every_fetch() {
        let (mut schedule, start) = schedule();
        schedule.failed(start, Some(30 * SECOND));
        for reason in [Reason::Due, Reason::UnknownKey] {
            assert!(!schedule.admit(reason, start + 29 * SECOND), "{reason:?}");
            assert!(schedule.admit(reason, start + 30 * SECOND), "{reason:?}");
        }
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let (mut schedule, start) = schedule();
        for _ in 0..5 {
            schedule.failed(start, Some(600 * SECOND));
        }
        schedule.succeeded(start, 600 * SECOND);
        assert!(schedule.admit(Reason::UnknownKey, start));
        schedule.failed(start, None);
        assert!(schedule.due() - start <= SECOND);
    }
}
