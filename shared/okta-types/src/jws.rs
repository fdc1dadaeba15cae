//! JSON Web Signature, compact form (RFC 7515 §7.1), taken apart and nothing more.
//!
//! Nothing read here is to be believed before its signature was checked; names say `unverified`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::base64url;

/// The members of a JOSE header that matter to Grove (RFC 7515 §4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct JwsHeader {
    /// The algorithm the token claims; compare it with an allow-list, never follow it.
    pub alg: String,
    /// Which key signed.
    pub kid: Option<String>,
    /// Media type, e.g. `at+jwt`; Okta's access tokens have none.
    pub typ: Option<String>,
    /// Content type; set where a token is wrapped in a token.
    pub cty: Option<String>,
    /// Extensions that must be understood; Grove understands none.
    pub crit: Option<Value>,
    /// RFC 7797; only its absence is accepted.
    pub b64: Option<Value>,
}

/// Three parts of strict base64url, decoded and not read. That leaves no room for a character outside
/// `[A-Za-z0-9._-]`.
///
/// For readers that bring a JSON reader of their own; [`CompactJws`] reads the header too and says what is wrong.
#[derive(Clone)]
pub struct JwsParts<'a> {
    /// The header's bytes.
    pub header: Vec<u8>,
    /// The payload's bytes.
    pub payload: Vec<u8>,
    /// What was signed: the first two parts as received, with the dot.
    pub signing_input: &'a str,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

impl<'a> JwsParts<'a> {
    /// Takes a token apart, whose length the caller has bounded. `None` for everything but three parts of strict
    /// base64url.
    pub fn split(token: &'a str) -> Option<Self> {
        let EncodedParts { header, payload, signing_input, signature } = EncodedParts::split(token)?;
        Some(Self {
            header: base64url::decode(header)?,
            payload: base64url::decode(payload)?,
            signing_input,
            signature: base64url::decode(signature)?,
        })
    }
}

/// The same before they are decoded. The last one holds whatever follows the second dot, which then is no base64url.
pub(crate) struct EncodedParts<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signing_input: &'a str,
    pub(crate) signature: &'a str,
}

impl<'a> EncodedParts<'a> {
    pub(crate) fn split(token: &'a str) -> Option<Self> {
        let (header, rest) = token.split_once('.')?;
        let (payload, signature) = rest.split_once('.')?;
        let signing_input = &token[..header.len() + 1 + payload.len()];
        Some(Self { header, payload, signing_input, signature })
    }
}

/// A token in three parts, decoded, its signature not checked.
#[derive(Clone)]
pub struct CompactJws<'a> {
    /// The header as the token states it.
    pub unverified_header: JwsHeader,
    /// The payload's bytes, a JSON object.
    pub unverified_payload: Vec<u8>,
    /// What was signed: the first two parts as received, with the dot.
    pub signing_input: &'a str,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

impl<'a> CompactJws<'a> {
    /// Takes a token apart. `max_len` bounds it in bytes before anything is decoded.
    ///
    /// # Errors
    /// What is malformed. Only `[A-Za-z0-9._-]` is accepted, base64url is strict, a member that stands
    /// twice in the header is an error.
    pub fn parse(token: &'a str, max_len: usize) -> Result<Self, JwsError> {
        if token.len() > max_len {
            return Err(JwsError::TooLong);
        }
        if !token.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Err(JwsError::Alphabet);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JwsError::Parts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Parts)?;
        if payload.contains('.') {
            return Err(JwsError::Parts);
        }
        let decode = |part| base64url::decode(part).ok_or(JwsError::Base64);
        Ok(Self {
            unverified_header: serde_json::from_slice(&decode(header)?).map_err(|_| JwsError::Header)?,
            unverified_payload: decode(payload)?,
            signing_input,
            signature: decode(signature)?,
        })
    }

    /// The payload as a JSON object.
    ///
    /// # Errors
    /// [`JwsError::Payload`] where it is not one.
    pub fn unverified_claims(&self) -> Result<Map<String, Value>, JwsError> {
        serde_json::from_slice(&self.unverified_payload).map_err(|_| JwsError::Payload)
    }
}

/// Why a text is not a compact JWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// Over the caller's limit.
    #[error("the token is too long")]
    TooLong,
    /// A character outside `[A-Za-z0-9._-]` (the JWT best current practice refuses the whole token).
    #[error("the token holds a character that no token has")]
    Alphabet,
    /// Not three parts; five would be an encrypted token, which Okta does not issue here.
    #[error("the token does not have three parts")]
    Parts,
    /// A part is not strict base64url.
    #[error("a part of the token is not base64url")]
    Base64,
    /// The header is not a JSON object with a string `alg`.
    #[error("the token's header is not a JOSE header")]
    Header,
    /// The payload is not a JSON object.
    #[error("the token's payload is not a JSON object")]
    Payload,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.{}", base64url::encode(header), base64url::encode(payload), base64url::encode("sig"))
    }

    #[track_caller]
    fn check(token: &str, expected: JwsError) {
        assert_eq!(CompactJws::parse(token, 500).err(), Some(expected), "{token}");
    }

    #[test]
    fn a_token_comes_apart() {
        let text = token(r#"{"alg":"RS256","kid":"k1","x5u":"ignored"}"#, r#"{"a":1}"#);
        let jws = CompactJws::parse(&text, 500).unwrap();
        assert_eq!(jws.unverified_header.kid.as_deref(), Some("k1"));
        assert_eq!(jws.unverified_claims().unwrap()["a"], 1);
        assert!(text.starts_with(jws.signing_input) && jws.signature == b"sig");
        let parts = JwsParts::split(&text).unwrap();
        assert_eq!((parts.signing_input, parts.signature.as_slice()), (jws.signing_input, b"sig".as_slice()));
        assert_eq!((parts.header[0], parts.payload), (b'{', br#"{"a":1}"#.to_vec()));
        assert!(CompactJws::parse(&text, text.len()).is_ok());
    }

    #[test]
    fn malformed_tokens_are_told_apart() {
        check(&"a".repeat(501), JwsError::TooLong);
        check("a b.c.d", JwsError::Alphabet);
        check("YQ.YQ", JwsError::Parts);
        check("YQ.YQ.YQ.YQ.YQ", JwsError::Parts);
        check("YQ.YQ.YR", JwsError::Header);
        for text in ["YQ.YQ", "YQ.YQ.YQ.YQ", "YQ.YQ.YR", "Y Q.YQ.YQ"] {
            assert!(JwsParts::split(text).is_none(), "{text}");
        }
        check(&token("[]", "{}"), JwsError::Header);
        check(&token(r#"{"alg":5}"#, "{}"), JwsError::Header);
        check(&token(r#"{"alg":"RS256","alg":"none"}"#, "{}"), JwsError::Header);
    }

    #[test]
    fn stray_bits_in_a_signature_are_refused() {
        let good = token(r#"{"alg":"RS256"}"#, "{}");
        let (head, _) = good.rsplit_once('.').unwrap();
        check(&format!("{head}.YR"), JwsError::Base64);
    }
}
