//! Tokens that are refused although nothing is wrong with them: by name (`jti`), until they would have expired.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use okta_types::UnixTime;

/// Names and when their tokens expire. Holds what was denied and has not expired yet, and no more.
#[derive(Default)]
pub(crate) struct Denylist {
    denied: RwLock<HashMap<String, UnixTime>>,
    /// Whether anything was ever denied: mostly not, and then nobody need take the lock. Set under the lock, before
    /// the first name is there, and never taken back: who finds it unset has asked before `deny` was done.
    in_use: AtomicBool,
}

impl Denylist {
    /// Forgets, too, what expired so long ago that no leeway could let it in.
    pub(crate) fn deny(&self, jti: String, exp: UnixTime, now: UnixTime, leeway: Duration) {
        let mut denied = self.denied.write().unwrap_or_else(PoisonError::into_inner);
        self.in_use.store(true, Ordering::Relaxed);
        denied.retain(|_, exp| now < *exp + leeway);
        denied.insert(jti, exp);
    }

    pub(crate) fn holds(&self, jti: &str) -> bool {
        self.in_use.load(Ordering::Relaxed)
            && self.denied.read().unwrap_or_else(PoisonError::into_inner).contains_key(jti)
    }
}

impl fmt::Debug for Denylist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denied = self.denied.read().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Denylist").field("tokens", &denied).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_until_its_token_has_expired_for_good() {
        let (list, leeway) = (Denylist::default(), Duration::from_secs(120));
        list.deny("AT.1".to_owned(), UnixTime(1000), UnixTime(0), leeway);
        assert!(list.holds("AT.1") && !list.holds("AT.2") && !list.holds(""));
        list.deny("AT.2".to_owned(), UnixTime(5000), UnixTime(1119), leeway);
        assert!(list.holds("AT.1") && list.holds("AT.2"));
        list.deny("AT.3".to_owned(), UnixTime(5000), UnixTime(1120), leeway);
        assert!(!list.holds("AT.1") && list.holds("AT.2") && list.holds("AT.3"));
        assert_eq!(format!("{list:?}"), "Denylist { tokens: 2 }");
    }
}
