use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::error::ProofError;
use crate::base64url;
use crate::time::UnixTime;

/// What a proof says (RFC 9449 §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofClaims {
    /// Never the same twice: at least 96 bits of randomness.
    pub jti: String,
    /// The method of the request, to the letter.
    pub htm: String,
    /// The address of the request, without query and fragment; see [`Htu`](super::Htu).
    pub htu: String,
    /// When it was made.
    pub iat: UnixTime,
    /// Until when it may be used; proofs need not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<UnixTime>,
    /// The server's, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// [`access_token_hash`] of the token beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
}

/// `ath`: base64url of the SHA-256 of the access token (RFC 9449 §4.2).
pub fn access_token_hash(access_token: &str) -> String {
    base64url::encode(Sha256::digest(access_token))
}

impl ProofClaims {
    /// The claims that every proof has.
    pub fn new(jti: &str, htm: &str, htu: &str, iat: UnixTime) -> Self {
        let [jti, htm, htu] = [jti, htm, htu].map(str::to_owned);
        Self { jti, htm, htu, iat, exp: None, nonce: None, ath: None }
    }

    pub(super) fn to_json(&self) -> String {
        // Texts and numbers take every form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Takes the claims off a payload; others are passed over.
    pub(super) fn read(mut payload: Map<String, Value>) -> Result<Self, ProofError> {
        Ok(Self {
            jti: required(&mut payload, "jti", text)?,
            htm: required(&mut payload, "htm", text)?,
            htu: required(&mut payload, "htu", text)?,
            iat: required(&mut payload, "iat", time)?,
            exp: optional(&mut payload, "exp", time)?,
            nonce: optional(&mut payload, "nonce", text)?,
            ath: optional(&mut payload, "ath", text)?,
        })
    }
}

type Reader<T> = fn(Value) -> Option<T>;

fn optional<T>(
    payload: &mut Map<String, Value>,
    name: &'static str,
    read: Reader<T>,
) -> Result<Option<T>, ProofError> {
    match payload.remove(name) {
        Some(value) => read(value).map(Some).ok_or(ProofError::ClaimType(name)),
        None => Ok(None),
    }
}

fn required<T>(
    payload: &mut Map<String, Value>,
    name: &'static str,
    read: Reader<T>,
) -> Result<T, ProofError> {
    optional(payload, name, read)?.ok_or(ProofError::ClaimMissing(name))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// A `NumericDate` (RFC 7519 §2), its fraction left off.
fn time(value: Value) -> Option<UnixTime> {
    let whole = value.as_i64().filter(|seconds| *seconds >= 0).map(UnixTime);
    whole.or_else(|| UnixTime::floor(value.as_f64().filter(|_| value.is_f64())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_token_is_that_of_the_standard() {
        // RFC 9449 §7.1.
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(access_token_hash(token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    #[test]
    fn what_is_written_is_json_that_says_the_same() {
        let odd: String = (0..0x80).map(char::from).chain("ü\u{2028}😀".chars()).collect();
        let claims = ProofClaims {
            nonce: Some(odd.clone()),
            ath: Some("fUHy".to_owned()),
            exp: Some(UnixTime(1_800_000_060)),
            ..ProofClaims::new(&odd, "GET", "https://a/\"b\"", UnixTime(1_800_000_000))
        };
        assert_eq!(ProofClaims::read(serde_json::from_str(&claims.to_json()).unwrap()), Ok(claims));
        let least = ProofClaims::new("1", "GET", "https://a/", UnixTime(5));
        assert_eq!(least.to_json(), r#"{"jti":"1","htm":"GET","htu":"https://a/","iat":5}"#);
    }
}
