//! Proof Key for Code Exchange (RFC 7636), S256 only, and the other hash of the code flow.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base64url;

/// The secret of one code exchange (RFC 7636 §4.1).
///
/// Not `Clone`: one sign-in has one verifier, and it leaves the browser in one request.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// 43 characters from 32 bytes of a cryptographic generator: 256 bits, as RFC 7636 §7.1 recommends.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(base64url::encode(bytes))
    }

    /// Reads one from the wire: 43 to 128 unreserved characters (§4.1).
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        ((43..=128).contains(&text.len()) && text.bytes().all(unreserved)).then(|| Self(text.to_owned()))
    }

    /// The verifier itself, for the token request.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `BASE64URL(SHA256(verifier))` (§4.2).
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(base64url::encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier([redacted])")
    }
}

/// What the authorization request shows of the verifier (RFC 7636 §4.2, method `S256`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The method this crate speaks; `plain` is not offered.
    pub const METHOD: &'static str = "S256";

    /// The text for `code_challenge`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `at_hash` of an access token whose ID token is signed with RS256: base64url of the left half of its
/// SHA-256 (OpenID Connect Core §3.1.3.6).
pub fn at_hash(access_token: &str) -> String {
    base64url::encode(&Sha256::digest(access_token.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert_eq!(CodeVerifier::from_random([7; 32]).expose().len(), 43);
        assert!(CodeVerifier::parse(&"a".repeat(42)).is_none());
        assert!(CodeVerifier::parse(&"a".repeat(129)).is_none());
        assert!(CodeVerifier::parse(&"+".repeat(43)).is_none());
        assert!(CodeVerifier::parse(&"~".repeat(128)).is_some());
    }

    #[test]
    fn at_hash_is_that_of_a_published_example() {
        // OpenID Connect Core, Appendix A.3.
        assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
