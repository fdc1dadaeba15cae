//! A token taken apart, with nothing believed yet (RFC 7515 §7.1).

use std::borrow::Cow;

use okta_types::{CompactJws, JwsError, JwsParts, strict_json};
use serde_json::{Map, Value};

use crate::error::VerifyError;
use crate::fingerprint::MAX_TOKEN_LEN;
use crate::header::{self, TokenKind};

/// Well-formed, with a header that may pass; no more is known of it.
pub(crate) struct Unverified<'a> {
    pub(crate) kid: String,
    /// Whether the header has a `typ`; then it is the right one.
    pub(crate) is_typed: bool,
    pub(crate) payload: Map<String, Value>,
    /// What was signed: the first two parts as received, with the dot.
    pub(crate) signing_input: Cow<'a, str>,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// The caller has seen to it that the token is not too long.
    pub(crate) fn read(token: &'a str, kind: TokenKind) -> Result<Self, VerifyError> {
        let parts = JwsParts::split(token).ok_or_else(|| why_malformed(token))?;
        let header = strict_json::object(&parts.header).map_err(|_| JwsError::Header)?;
        if !holds_texts(&header) {
            return Err(JwsError::Header.into());
        }
        let kid = header::judge(&header, kind)?.to_owned();
        let payload = strict_json::object(&parts.payload).map_err(|_| JwsError::Payload)?;
        Ok(Self {
            kid,
            is_typed: header.contains_key("typ"),
            payload,
            signing_input: Cow::Borrowed(parts.signing_input),
            signature: parts.signature,
        })
    }
}

/// The members with a name are texts (RFC 7515 §4.1), and `alg` is there.
fn holds_texts(header: &Map<String, Value>) -> bool {
    let texts = ["kid", "typ", "cty"].map(|name| header.get(name));
    header.get("alg").is_some_and(Value::is_string)
        && texts.into_iter().flatten().all(|value| value.is_string() || value.is_null())
}

/// Found out only for a token that is refused: the good ones need not wait for it.
fn why_malformed(token: &str) -> JwsError {
    CompactJws::parse(token, MAX_TOKEN_LEN).err().unwrap_or(JwsError::Base64)
}
