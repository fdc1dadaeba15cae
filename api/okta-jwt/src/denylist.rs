//! Tokens that are refused although nothing is wrong with them: by name (`jti`), until they would have expired.

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use okta_types::UnixTime;

/// Names and when their tokens expire. Holds what was denied and has not expired yet, and no more.
#[derive(Default)]
pub(crate) struct Denylist(RwLock<HashMap<String, UnixTime>>);

impl Denylist {
    /// Forgets, too, what expired so long ago that no leeway could let it in.
    pub(crate) fn deny(&self, jti: String, exp: UnixTime, now: UnixTime, leeway: Duration) {
        let mut denied = self.0.write().unwrap_or_else(PoisonError::into_inner);
        denied.retain(|_, exp| now < *exp + leeway);
        denied.insert(jti, exp);
    }

    pub(crate) fn holds(&self, jti: &str) -> bool {
        let denied = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !denied.is_empty() && denied.contains_key(jti)
    }
}

impl fmt::Debug for Denylist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denied = self.0.read().unwrap_or_else(PoisonError::into_inner).len();
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
