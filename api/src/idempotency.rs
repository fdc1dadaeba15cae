//! The `Idempotency-Key` request header (draft-ietf-httpapi-idempotency-key-header-06): what makes a
//! repeated `POST` harmless. This module reads keys and fingerprints bodies; `store` keeps both.

use std::fmt;

use actix_web::http::header::HeaderMap;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::paths;

/// The longest key that is accepted, in bytes.
pub(crate) const MAX_KEY_LENGTH: usize = 255;

/// A client's name for one attempt. It belongs to a person: two people may use the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Takes the key out of a request's headers.
    ///
    /// # Errors
    /// When it is missing, appears more than once or is malformed.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Result<Self, IdempotencyKeyError> {
        let mut values = headers.get_all(paths::IDEMPOTENCY_KEY);
        let value = values.next().ok_or(IdempotencyKeyError::Missing)?;
        if values.next().is_some() {
            return Err(IdempotencyKeyError::Repeated);
        }
        Self::parse(value.to_str().map_err(|_| IdempotencyKeyError::Malformed)?)
    }

    /// Reads a key, bare or as the quoted string of the draft: `"k-1"` and `k-1` are the same key.
    pub(crate) fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        let allowed = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\' && b != b',';
        if (1..=MAX_KEY_LENGTH).contains(&bare.len()) && bare.bytes().all(allowed) {
            Ok(Self(bare.to_owned()))
        } else {
            Err(IdempotencyKeyError::Malformed)
        }
    }

    /// The key without quotes.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why there is no usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdempotencyKeyError {
    /// No such header.
    #[error(
        "the header Idempotency-Key is missing: send a fresh random value, and the same one when you retry"
    )]
    Missing,
    /// More than one.
    #[error("the header Idempotency-Key must appear exactly once")]
    Repeated,
    /// Empty, too long, or with characters that do not belong there.
    #[error(
        "an Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters without spaces, commas or quotes"
    )]
    Malformed,
}

/// SHA-256 of what a request asks for, to tell a retry from another request with the same key. It is
/// taken of the message, not of its bytes: white space does not make another request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a message whose JSON form is always the same.
    ///
    /// # Errors
    /// When it has no JSON form.
    pub(crate) fn of<T: Serialize>(message: &T) -> Result<Self, serde_json::Error> {
        Ok(Self(Sha256::digest(serde_json::to_vec(message)?).into()))
    }

    /// For the database.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(IdempotencyKey::parse(text).ok().as_ref().map(IdempotencyKey::as_str), expected, "{text}");
    }

    #[test]
    fn a_key_is_read_bare_or_quoted() {
        check("8e03978e-40d5-43dd-bc93-6894a57f9324", Some("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        check("\"k-1\"", Some("k-1"));
        check(&"k".repeat(255), Some(&"k".repeat(255)));
    }

    #[test]
    fn a_malformed_key_is_refused() {
        for bad in ["", "\"\"", "\"", "a b", "a\"b", "a,b", "a\\b", "ü", &"k".repeat(256)] {
            check(bad, None);
        }
    }

    #[test]
    fn other_content_has_another_fingerprint() {
        let of = |value: serde_json::Value| Fingerprint::of(&value).unwrap();
        assert_eq!(of(serde_json::json!({"a": 1})), of(serde_json::json!({"a": 1})));
        assert_ne!(of(serde_json::json!({"a": 1})), of(serde_json::json!({"a": 2})));
    }
}
