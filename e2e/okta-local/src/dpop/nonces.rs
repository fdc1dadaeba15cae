//! Nonces: each is handed out for a day and accepted for three, by the org's clock.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use okta_types::UnixTime;

use crate::random;

/// How long one nonce is handed out before the next takes its place, as Okta's guide to DPoP says.
const RENEWED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a nonce is accepted, from when it was made, as Okta's guide to DPoP says.
const GOOD_FOR: Duration = Duration::from_secs(3 * 24 * 60 * 60);

#[derive(Debug)]
struct Nonce {
    text: String,
    made_at: UnixTime,
}

/// The nonces of an org, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Nonces(Mutex<VecDeque<Nonce>>);

impl Nonces {
    /// The nonce that clients are to use now.
    pub(crate) fn current(&self, now: UnixTime) -> String {
        let mut nonces = self.lock();
        nonces.retain(|nonce| now < nonce.made_at + GOOD_FOR);
        if let Some(newest) = nonces.back().filter(|newest| now < newest.made_at + RENEWED_AFTER) {
            return newest.text.clone();
        }
        let text = random::nonce();
        nonces.push_back(Nonce { text: text.clone(), made_at: now });
        text
    }

    /// Whether this org made it in the last three days.
    pub(super) fn accepts(&self, text: &str, now: UnixTime) -> bool {
        self.lock().iter().any(|nonce| nonce.text == text && now < nonce.made_at + GOOD_FOR)
    }

    /// Ends all nonces, whatever their age.
    pub(crate) fn expire_all(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Nonce>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: i64) -> UnixTime {
        UnixTime(hours * 60 * 60)
    }

    #[test]
    fn a_nonce_is_handed_out_for_a_day_and_accepted_for_three() {
        let nonces = Nonces::default();
        let first = nonces.current(hours(0));
        assert_eq!((first.len(), nonces.current(hours(23))), (32, first.clone()));
        let second = nonces.current(hours(25));
        assert_ne!(second, first);
        assert!(nonces.accepts(&first, hours(71)) && !nonces.accepts(&first, hours(73)));
        assert!(nonces.accepts(&second, hours(73)) && !nonces.accepts("", hours(73)));
    }

    #[test]
    fn nonces_that_are_over_leave_no_memory_behind() {
        let nonces = Nonces::default();
        (0..1000).for_each(|day| _ = nonces.current(hours(24 * day)));
        assert!(nonces.lock().len() <= 3);
        nonces.expire_all();
        assert!(nonces.lock().is_empty());
    }
}
