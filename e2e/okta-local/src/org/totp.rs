//! The second factor: codes of an authenticator app (TOTP, RFC 6238; SHA-1, six digits, 30 s).

use std::fmt;

use okta_types::UnixTime;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use totp_rs::{Builder, Secret, Totp};

use crate::random;

/// What an authenticator app shows above the code.
const ISSUER: &str = "okta-local";

/// The secret that a person's authenticator app and the org share.
#[derive(Clone)]
pub(crate) struct TotpSecret(Totp);

impl TotpSecret {
    /// The secret that this seed gives to the person of this login, the same each time.
    pub(crate) fn seeded(seed: u64, login: &str) -> Self {
        let secret = Secret::new_stack(random::seeded_bytes(seed, "totp", login));
        Self(Builder::new().with_secret(secret).build_noncompliant())
    }

    /// One that nobody has yet.
    pub(crate) fn fresh() -> Self {
        let secret = Secret::new_stack(random::bytes::<20>());
        Self(Builder::new().with_secret(secret).build_noncompliant())
    }

    /// The secret that somebody wrote down in base32; `None` for one that is none, or too short to be a
    /// secret (RFC 4226 §4, R6).
    pub(crate) fn from_base32(text: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(text).ok()?;
        Some(Self(Builder::new().with_secret(secret).build().ok()?))
    }

    /// Base32, as people type it into their app.
    pub(crate) fn base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// What the QR code of an enrolment holds.
    pub(crate) fn uri(&self, login: &str) -> String {
        let login = login.replace('%', "%25").replace('@', "%40");
        format!("otpauth://totp/{ISSUER}:{login}?secret={}&issuer={ISSUER}", self.base32())
    }

    /// The code at a time.
    pub(crate) fn code_at(&self, time: UnixTime) -> String {
        self.0.generate(seconds(time)).to_string()
    }

    /// The step of a code that is good at a time: the current one or a neighbour (§5.2). The caller sees
    /// to it that no step is used twice.
    pub(crate) fn step_of(&self, code: &str, time: UnixTime) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        self.0.check(&digits, seconds(time))
    }
}

fn seconds(time: UnixTime) -> u64 {
    u64::try_from(time.0).unwrap_or_default()
}

impl Serialize for TotpSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.base32())
    }
}

impl<'de> Deserialize<'de> for TotpSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base32(&text).ok_or_else(|| D::Error::custom("not the secret of an authenticator app"))
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, Appendix B, the last six of its eight digits.
        let rfc = Secret::new_stack(*b"12345678901234567890");
        let secret = TotpSecret(Builder::new().with_secret(rfc).build_noncompliant());
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.code_at(UnixTime(time)), code);
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let secret = TotpSecret::seeded(0, "alice@example.com");
        let code = secret.code_at(UnixTime(900));
        for (time, step) in [(869, None), (870, Some(30)), (900, Some(30)), (959, Some(30)), (960, None)] {
            assert_eq!(secret.step_of(&code, UnixTime(time)), step, "{time}");
        }
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(secret.step_of(&spaced, UnixTime(900)), Some(30));
        assert_eq!(secret.step_of("", UnixTime(900)), None);
        assert_eq!(secret.step_of("12345x", UnixTime(900)), None);
    }

    #[test]
    fn the_secret_is_seeded_and_not_shown() {
        let secret = TotpSecret::seeded(0, "alice@example.com");
        assert_eq!(secret.base32(), TotpSecret::seeded(0, "alice@example.com").base32());
        assert_ne!(secret.base32(), TotpSecret::seeded(0, "bob@example.com").base32());
        assert!(!format!("{secret:?}").contains(&secret.base32()));
        assert!(secret.uri("a@b").starts_with("otpauth://totp/okta-local:a%40b?secret="));
    }
}
