//! A signed token in compact form (RFC 7515 §7.1), taken apart and nothing more.
//!
//! Nothing read here is to be believed before its signature was checked; names say `unverified`.

use okta_types::JwsParts;

use crate::protocol::json::{Json, ReadJson};

/// No real ID token is longer, bytes: a hundred groups with names of 255 letters, the longest that Okta takes, are 36 kB.
const MAX_LEN: usize = 64 * 1024;

/// A token in three parts, decoded, its signature not checked.
pub(crate) struct Jws<'t> {
    pub(crate) unverified_header: Json,
    pub(crate) unverified_claims: Json,
    /// What was signed: the first two parts as received, with the dot.
    pub(crate) signing_input: &'t str,
    pub(crate) signature: Vec<u8>,
}

impl<'t> Jws<'t> {
    /// `None` for everything but three parts of strict base64url, the first two of them JSON objects.
    pub(crate) fn parse(token: &'t str, read: ReadJson) -> Option<Self> {
        let parts = Some(token).filter(|token| token.len() <= MAX_LEN).and_then(JwsParts::split)?;
        Some(Self {
            unverified_header: object(parts.header, read)?,
            unverified_claims: object(parts.payload, read)?,
            signing_input: parts.signing_input,
            signature: parts.signature,
        })
    }
}

fn object(part: Vec<u8>, read: ReadJson) -> Option<Json> {
    read(&String::from_utf8(part).ok()?)?.if_object()
}

#[cfg(test)]
mod tests {
    use okta_types::base64url;

    use super::*;
    use crate::protocol::json::tests::read;

    #[track_caller]
    fn check(parts: &[&str], readable: bool) {
        let token = parts.iter().map(base64url::encode).collect::<Vec<_>>().join(".");
        assert_eq!(Jws::parse(&token, read).is_some(), readable, "{parts:?}");
    }

    #[test]
    fn a_token_has_three_parts_and_two_objects() {
        check(&["{}", "{}", "x"], true);
        check(&["{}", "{}"], false);
        check(&["{}", "{}", "x", "y"], false);
        check(&["[]", "{}", "x"], false);
        check(&["{}", "5", "x"], false);
        check(&["{}", &format!(r#"{{"groups":"{}"}}"#, "a".repeat(20_000)), "x"], true);
        check(&["{}", &format!(r#"{{"groups":"{}"}}"#, "a".repeat(40_000)), "x"], true);
        check(&["{}", &format!(r#"{{"groups":"{}"}}"#, "a".repeat(50_000)), "x"], false);
        for text in ["", "..", "e30.e30.YR", "e30.e30.YQ==", "e30 .e30.YQ", "e30.e30\n.YQ"] {
            assert!(Jws::parse(text, read).is_none(), "{text:?}");
        }
    }
}
