//! Secrets of programs: of confidential clients (RFC 6749 §2.3.1) and of the management API.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use okta_types::{UnixTime, base64url};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::random;

/// A client secret or an API token. It opens nothing but this org, and still does not show in `Debug`.
#[derive(Clone)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// The secret that this seed gives to the app of this label, the same each time.
    pub(crate) fn seeded(seed: u64, label: &str) -> Self {
        Self(random::seeded_secret(seed, label))
    }

    /// One of an administrator's own choice.
    pub(crate) fn chosen(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// A secret that nobody has seen yet.
    pub(crate) fn fresh() -> Self {
        Self(base64url::encode(random::bytes::<48>()))
    }

    /// The secret itself, 64 characters of base64url; the caller takes care where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is this secret. Digests are compared, in constant time, so that neither content nor
    /// length shows in how long it takes.
    pub(crate) fn matches(&self, shown: &str) -> bool {
        verify_slices_are_equal(&Sha256::digest(&self.0), &Sha256::digest(shown)).is_ok()
    }
}

/// One secret of a client, as a file keeps it and the management API shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptSecret {
    /// `ocs…`.
    pub(crate) id: String,
    #[serde(with = "in_the_clear")]
    pub(crate) secret: ClientSecret,
    /// Whether it opens anything.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

/// Okta's API shows client secrets again and again, so a kept org has to know them.
mod in_the_clear {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::ClientSecret;

    pub(super) fn serialize<S: Serializer>(secret: &ClientSecret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClientSecret, D::Error> {
        String::deserialize(deserializer).map(ClientSecret)
    }
}

/// The secrets of a confidential client: two at most, so that one can be replaced while the other works.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ClientSecrets(pub(crate) Vec<KeptSecret>);

impl ClientSecrets {
    /// Most secrets a client has.
    pub(crate) const MAX: usize = 2;

    /// The secrets of a new client: this one alone, active.
    pub(crate) fn first(secret: ClientSecret, now: UnixTime) -> Self {
        Self(vec![KeptSecret::new(secret, now)])
    }

    /// Has an administrator's choice take the place of the newest that is active, unless it is there already.
    pub(crate) fn choose(&mut self, chosen: Option<ClientSecret>, now: UnixTime) {
        let Some(chosen) = chosen.filter(|chosen| !self.matches(chosen.expose())) else { return };
        match self.0.iter_mut().rev().find(|kept| kept.active) {
            Some(kept) => (kept.secret, kept.updated_at) = (chosen, now),
            None => self.0.push(KeptSecret::new(chosen, now)),
        }
    }

    /// Those that open something.
    pub(crate) fn active(&self) -> impl DoubleEndedIterator<Item = &ClientSecret> {
        self.0.iter().filter(|kept| kept.active).map(|kept| &kept.secret)
    }

    /// The newest that is active.
    pub(crate) fn current(&self) -> Option<&ClientSecret> {
        self.active().next_back()
    }

    /// Whether it is one of those that are active. Looks at all, so that it does not show which.
    pub(crate) fn matches(&self, shown: &str) -> bool {
        let matching = |kept: &&KeptSecret| kept.secret.matches(shown) && kept.active;
        self.0.iter().filter(matching).count() > 0
    }
}

impl KeptSecret {
    /// An active secret, made now.
    pub(crate) fn new(secret: ClientSecret, now: UnixTime) -> Self {
        Self { id: random::id("ocs"), secret, active: true, created_at: now, updated_at: now }
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_matches_itself_only_and_is_not_shown() {
        let secret = ClientSecret::seeded(0, "Grove backend");
        assert!(secret.matches(ClientSecret::seeded(0, "Grove backend").expose()));
        assert!(!secret.matches(ClientSecret::seeded(1, "Grove backend").expose()));
        assert!(!secret.matches("") && !secret.matches(&secret.expose()[1..]));
        assert_eq!(secret.expose().len(), 64);
        assert_eq!(format!("{secret:?}"), "ClientSecret([redacted])");
    }

    #[test]
    fn a_secret_that_was_deactivated_opens_nothing() {
        let (one, other) = (ClientSecret::fresh(), ClientSecret::fresh());
        let mut secrets = ClientSecrets::first(one.clone(), UnixTime(0));
        secrets.0.push(KeptSecret::new(other.clone(), UnixTime(1)));
        assert!(secrets.matches(one.expose()) && secrets.matches(other.expose()));
        secrets.0[1].active = false;
        assert!(secrets.matches(one.expose()) && !secrets.matches(other.expose()));
        assert_eq!(secrets.current().map(ClientSecret::expose), Some(one.expose()));
    }
}
