//! Nonces that need no memory (RFC 9449 §8, §9): each is the time at which it was made, under a seal.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::{hmac, rand};
use okta_types::{UnixTime, base64url};

/// For how long a nonce is good unless [`Nonces::lifetime`] says otherwise.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// So long each key seals, in seconds.
const KEY_PERIOD: i64 = 24 * 3600;

/// Keeps the keys of different uses of one secret apart.
const PURPOSE: &[u8] = b"okta-jwt DPoP nonce";

/// Bytes of the time in a nonce.
const TIME_LEN: usize = 8;

/// Makes and recognises nonces. The key of the seal is derived from a secret and changes every day; a nonce tells by its
/// time which key it is.
#[derive(Clone)]
pub struct Nonces {
    secret: hmac::Key,
    lifetime: Duration,
}

impl Nonces {
    /// With a secret that is drawn now: after a restart, and at other processes, a client is asked for a new nonce once.
    ///
    /// # Panics
    /// If the system gives no random bytes.
    pub fn new() -> Self {
        let mut secret = [0; 32];
        rand::fill(&mut secret).expect("the system gives random bytes");
        Self::with_secret(&secret)
    }

    /// With a secret of at least 32 random bytes: a nonce is good over restarts, and at all processes that share it.
    pub fn with_secret(secret: &[u8]) -> Self {
        Self { secret: hmac::Key::new(hmac::HMAC_SHA256, secret), lifetime: DEFAULT_LIFETIME }
    }

    /// For how long a nonce is good. Five minutes unless set.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// A nonce of this moment, for the header `DPoP-Nonce`.
    pub fn make(&self, now: UnixTime) -> String {
        let time = now.0.to_be_bytes();
        let tag = hmac::sign(&self.key_of(now), &time);
        base64url::encode([&time, tag.as_ref()].concat())
    }

    /// How old a good nonce is. `None`: it is too old, from the future, or not one of these.
    pub(super) fn age(&self, nonce: &str, now: UnixTime) -> Option<Duration> {
        let sealed = base64url::decode(nonce)?;
        let (time, tag) = sealed.split_first_chunk::<TIME_LEN>()?;
        let made = UnixTime(i64::from_be_bytes(*time));
        hmac::verify(&self.key_of(made), time, tag).ok()?;
        let age = now.since(made);
        (made <= now && age <= self.lifetime).then_some(age)
    }

    /// Whether a client should get the next one along with an answer.
    pub(super) fn is_worn(&self, age: Duration) -> bool {
        age > self.lifetime / 2
    }

    fn key_of(&self, time: UnixTime) -> hmac::Key {
        let period = time.0.div_euclid(KEY_PERIOD).to_be_bytes();
        let key = hmac::sign(&self.secret, &[PURPOSE, &period].concat());
        hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())
    }
}

impl Default for Nonces {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonces").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    fn later(seconds: i64) -> UnixTime {
        UnixTime(NOW.0 + seconds)
    }

    #[test]
    fn a_nonce_is_good_for_its_lifetime_and_not_before_its_time() {
        let nonces = Nonces::new();
        let nonce = nonces.make(NOW);
        assert_eq!(nonces.age(&nonce, NOW), Some(Duration::ZERO));
        assert_eq!(nonces.age(&nonce, later(300)), Some(Duration::from_secs(300)));
        assert_eq!((nonces.age(&nonce, later(301)), nonces.age(&nonce, later(-1))), (None, None));
        let longer = nonces.clone().lifetime(Duration::from_secs(600));
        assert!(longer.age(&nonce, later(301)).is_some());
        assert_eq!(
            (nonces.is_worn(Duration::from_secs(150)), nonces.is_worn(Duration::from_secs(151))),
            (false, true)
        );
        assert_eq!(format!("{nonces:?}"), "Nonces { lifetime: 300s, .. }");
    }

    #[test]
    fn only_the_secret_makes_them_and_it_makes_them_everywhere() {
        let (one, same, other) =
            (Nonces::with_secret(&[7; 32]), Nonces::with_secret(&[7; 32]), Nonces::new());
        let nonce = one.make(NOW);
        assert!(same.age(&nonce, NOW).is_some());
        assert_eq!(other.age(&nonce, NOW), None);
        // A time of one's own under the tag of another.
        let mut sealed = base64url::decode(&nonce).unwrap();
        sealed[7] ^= 1;
        assert_eq!(one.age(&base64url::encode(&sealed), later(1)), None);
        for bad in
            ["", "x", "AAAAAAAAAAA", &nonce[..nonce.len() - 4], &format!("{nonce}AAAA"), &format!("{nonce}=")]
        {
            assert_eq!(one.age(bad, NOW), None, "{bad}");
        }
    }

    #[test]
    fn each_day_has_its_key_and_a_nonce_outlives_midnight() {
        let nonces = Nonces::with_secret(&[7; 32]);
        let midnight = UnixTime(NOW.0 - NOW.0 % 86_400);
        let (before, last) = (UnixTime(midnight.0 - 1), UnixTime(midnight.0 + 86_399));
        let [yesterday, today, still_today] =
            [before, midnight, last].map(|time| hmac::sign(&nonces.key_of(time), b"x"));
        assert_ne!(yesterday.as_ref(), today.as_ref());
        assert_eq!(today.as_ref(), still_today.as_ref());
        assert_eq!(nonces.age(&nonces.make(before), midnight), Some(Duration::from_secs(1)));
    }

    #[test]
    fn it_may_stand_in_a_header() {
        let nonce = Nonces::new().make(NOW);
        assert!(nonce.len() < 64 && nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }
}
