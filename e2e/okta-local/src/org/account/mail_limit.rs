//! How many mails one address gets that anybody may ask for.

use std::time::Duration;

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::unverified::{CHALLENGE_MAILS_PER_HOUR, MAILS_PER_HOUR};

const WINDOW: Duration = Duration::from_secs(60 * 60);

/// The mails of the present hour, by address.
#[derive(Debug, Default)]
pub(crate) struct MailLimit(ExpiringMap<Fingerprint, u32>);

impl MailLimit {
    /// Counts a mail; `false` where the address had enough.
    pub(crate) fn take(&mut self, address: &str, now: UnixTime) -> bool {
        self.count(Fingerprint::of(&address.trim().to_lowercase()), MAILS_PER_HOUR, now)
    }

    /// Counts a mail that is a second factor; `false` where the person had enough. Mails that anybody may ask for do not
    /// count, so that nobody keeps others out by asking for them.
    pub(crate) fn take_challenge(&mut self, user_id: &str, now: UnixTime) -> bool {
        self.count(Fingerprint::of(&format!("second factor {user_id}")), CHALLENGE_MAILS_PER_HOUR, now)
    }

    fn count(&mut self, key: Fingerprint, most: u32, now: UnixTime) -> bool {
        match self.0.get_mut(&key, now) {
            Some(count) => {
                *count += 1;
                *count <= most
            }
            None => {
                self.0.insert(key, 1, now + WINDOW, now);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_mails_an_hour() {
        let mut limit = MailLimit::default();
        let sent = (0..20).filter(|_| limit.take("A@b.example", UnixTime(0))).count();
        assert_eq!(sent, MAILS_PER_HOUR as usize);
        assert!(!limit.take("a@b.example ", UnixTime(3599)) && limit.take("c@b.example", UnixTime(3599)));
        assert!(limit.take("a@b.example", UnixTime(3600)));
    }
}
