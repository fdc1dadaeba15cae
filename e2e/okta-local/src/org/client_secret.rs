//! Secrets of programs: of confidential clients (RFC 6749 §2.3.1) and of the management API.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use okta_types::base64url;
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
}
