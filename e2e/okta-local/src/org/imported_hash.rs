//! Passwords that another system hashed, as Okta's "Import users with hashed password" takes them: salted digests of
//! SHA-1, SHA-256 and SHA-512, PBKDF2 and bcrypt.

use std::fmt;
use std::num::NonZeroU32;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, pbkdf2};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A hash takes at most about a second: more rounds of bcrypt would hold all others up.
const MAX_BCRYPT_COST: u32 = 14;
/// The most rounds of PBKDF2 that an imported hash may have.
const MAX_ROUNDS: u32 = 10_000_000;

/// A hash as the management API takes it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedHash {
    algorithm: Algorithm,
    value: String,
    #[serde(default)]
    salt: String,
    #[serde(default)]
    salt_order: SaltOrder,
    #[serde(default)]
    work_factor: u32,
    #[serde(default)]
    iteration_count: u32,
    #[serde(default)]
    digest_algorithm: Option<HmacDigest>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Algorithm {
    #[serde(rename = "SHA-1")]
    Sha1,
    #[serde(rename = "SHA-256")]
    Sha256,
    #[serde(rename = "SHA-512")]
    Sha512,
    #[serde(rename = "BCRYPT")]
    Bcrypt,
    #[serde(rename = "PBKDF2")]
    Pbkdf2,
}

#[derive(Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum SaltOrder {
    #[default]
    Prefix,
    Postfix,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum HmacDigest {
    #[serde(rename = "SHA256_HMAC")]
    Sha256,
    #[serde(rename = "SHA512_HMAC")]
    Sha512,
}

impl ImportedHash {
    /// Whether a password could be compared with it at all.
    pub(crate) fn is_usable(&self) -> bool {
        match self.algorithm {
            Algorithm::Bcrypt => {
                self.work_factor <= MAX_BCRYPT_COST && self.bcrypt().parse::<bcrypt::HashParts>().is_ok()
            }
            Algorithm::Pbkdf2 => {
                self.rounds().is_some_and(|rounds| rounds.get() <= MAX_ROUNDS)
                    && self.digest_algorithm.is_some()
                    && decoded(&self.salt).is_some()
                    && decoded(&self.value).is_some_and(|hash| (16..=64).contains(&hash.len()))
            }
            _ => {
                let length = self.digest().map(digest::Algorithm::output_len);
                decoded(&self.value).map(|hash| hash.len()) == length && decoded(&self.salt).is_some()
            }
        }
    }

    /// Whether it is of this password.
    pub(crate) fn matches(&self, password: &str) -> bool {
        self.check(password).unwrap_or(false)
    }

    fn check(&self, password: &str) -> Option<bool> {
        if self.algorithm == Algorithm::Bcrypt {
            return bcrypt::verify(password, &self.bcrypt()).ok();
        }
        let (salt, hash) = (decoded(&self.salt)?, decoded(&self.value)?);
        if self.algorithm == Algorithm::Pbkdf2 {
            let algorithm = match self.digest_algorithm? {
                HmacDigest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                HmacDigest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            return Some(
                pbkdf2::verify(algorithm, self.rounds()?, &salt, password.as_bytes(), &hash).is_ok(),
            );
        }
        let (first, second) = match self.salt_order {
            SaltOrder::Prefix => (&salt[..], password.as_bytes()),
            SaltOrder::Postfix => (password.as_bytes(), &salt[..]),
        };
        let own = digest::digest(self.digest()?, &[first, second].concat());
        Some(verify_slices_are_equal(own.as_ref(), &hash).is_ok())
    }

    fn digest(&self) -> Option<&'static digest::Algorithm> {
        match self.algorithm {
            Algorithm::Sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Algorithm::Sha256 => Some(&digest::SHA256),
            Algorithm::Sha512 => Some(&digest::SHA512),
            Algorithm::Bcrypt | Algorithm::Pbkdf2 => None,
        }
    }

    fn rounds(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.iteration_count)
    }

    /// In bcrypt's own form.
    fn bcrypt(&self) -> String {
        format!("$2b${:02}${}{}", self.work_factor, self.salt, self.value)
    }
}

fn decoded(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok()
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportedHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_of_pbkdf2_are_counted() {
        // RFC 7914 §11, the first vector.
        let hash: ImportedHash = serde_json::from_value(serde_json::json!({
            "algorithm": "PBKDF2", "salt": "c2FsdA==", "iterationCount": 1, "digestAlgorithm": "SHA256_HMAC",
            "value": "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw==",
        }))
        .expect("a hash");
        assert!(hash.is_usable() && hash.matches("passwd") && !hash.matches("Passwd"));
        assert!(!ImportedHash { iteration_count: 2, ..hash.clone() }.matches("passwd"));
        assert!(!ImportedHash { iteration_count: 0, ..hash.clone() }.is_usable());
        assert_eq!(format!("{hash:?}"), "ImportedHash([redacted])");
    }
}
