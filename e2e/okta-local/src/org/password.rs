//! Passwords at rest: Argon2id with a salt for each (RFC 9106).

use std::fmt;
use std::sync::OnceLock;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};

use crate::random;

/// How much work a password's hash takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PasswordHashing {
    /// 19 MiB and two passes, as OWASP's Password Storage Cheat Sheet advises.
    #[default]
    Full,
    /// Next to none, for tests that sign in by the thousand. Never for passwords that matter.
    LoweredForTests,
}

/// What is kept of a password.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PasswordHash {
    salt: [u8; 16],
    hash: [u8; 32],
    hashing: PasswordHashing,
}

impl PasswordHashing {
    /// With a fresh salt.
    pub(crate) fn hash(self, password: &str) -> PasswordHash {
        let salt = random::bytes();
        PasswordHash { salt, hash: self.derive(password, &salt), hashing: self }
    }

    /// Of the seeded accounts' one password, worked out once in a program: it is public and the same for
    /// all, so one salt for all gives nothing away.
    pub(crate) fn of_seed(self, password: &'static str) -> PasswordHash {
        static FULL: OnceLock<PasswordHash> = OnceLock::new();
        static LOWERED: OnceLock<PasswordHash> = OnceLock::new();
        let kept = if self == Self::Full { &FULL } else { &LOWERED };
        kept.get_or_init(|| self.hash(password)).clone()
    }

    /// KiB and passes; one lane.
    fn derive(self, password: &str, salt: &[u8; 16]) -> [u8; 32] {
        let (memory, passes) = match self {
            Self::Full => (19 * 1024, 2),
            Self::LoweredForTests => (8, 1),
        };
        let params =
            Params::new(memory, passes, 1, Some(32)).expect("both settings are within Argon2's limits");
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_bytes(), salt, &mut hash)
            .expect("a password of any length below 4 GiB can be hashed");
        hash
    }
}

impl PasswordHash {
    /// Whether it is this password; takes as long either way.
    pub(crate) fn matches(&self, password: &str) -> bool {
        verify_slices_are_equal(&self.hash, &self.hashing.derive(password, &self.salt)).is_ok()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_itself_only_and_its_hash_is_salted() {
        for hashing in [PasswordHashing::Full, PasswordHashing::LoweredForTests] {
            let (one, other) = (hashing.hash("Grove-2026!"), hashing.hash("Grove-2026!"));
            assert!(one.matches("Grove-2026!") && other.matches("Grove-2026!"));
            assert!(!one.matches("grove-2026!") && !one.matches(""));
            assert_ne!(one.hash, other.hash);
        }
    }
}
