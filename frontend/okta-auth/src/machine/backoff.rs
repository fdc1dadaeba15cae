//! Pauses between attempts, as long as the org says, or longer each time.

use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::error::OrgError;

/// The longest pause between two attempts, seconds.
const MAX_PAUSE: u64 = 60;
/// The longest pause the org may ask for, seconds.
const MAX_ASKED: u64 = 600;

/// Pauses between attempts that got no answer, or none that helps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    pub(crate) until: Option<UnixTime>,
    pub(crate) last: Option<OrgError>,
}

impl Backoff {
    pub(crate) fn is_over(&self, now: UnixTime) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// The network may be back; a busy org is not asked sooner for that.
    pub(crate) fn wake(&mut self) {
        if matches!(self.last, Some(OrgError::Network | OrgError::Timeout | OrgError::Cors(_))) {
            self.until = None;
        }
    }

    /// 1, 2, 4 … 60 seconds, or as long as the org says, ten minutes at most; up to half of it again by chance,
    /// so that tabs and people do not come back all at once. `offset`: the org's clock minus `now`'s, seconds.
    pub(crate) fn fail(&mut self, error: OrgError, now: UnixTime, offset: i64, chance: u8) {
        let pause = (1u64 << self.failures.min(6)).min(MAX_PAUSE);
        self.failures += 1;
        let jitter = pause * u64::from(chance) / 512;
        let asked = match error {
            OrgError::Unavailable { until, after, .. } => {
                let org_now = UnixTime(now.0.saturating_add(offset));
                let reset = until.map_or(0, |until| until.since(org_now).as_secs());
                reset.max(after.map_or(0, |after| after.as_secs())).min(MAX_ASKED)
            }
            _ => 0,
        };
        self.until = Some(now + Duration::from_secs(pause.max(asked) + jitter));
        self.last = Some(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long the pause is after so many failures without an answer, seconds.
    #[track_caller]
    fn check(failures: u32, chance: u8, pause: i64) {
        let mut backoff = Backoff::default();
        for _ in 0..failures {
            backoff.fail(OrgError::Network, UnixTime(1000), 0, chance);
        }
        assert_eq!(backoff.until, Some(UnixTime(1000 + pause)), "{failures} failures, chance {chance}");
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_chance_adds_up_to_half_of_one() {
        for (failures, pause) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (200, 60)] {
            check(failures, 0, pause);
        }
        check(6, 128, 32 + 8);
        check(6, 255, 32 + 15);
        check(7, 255, 60 + 29);
    }
}
