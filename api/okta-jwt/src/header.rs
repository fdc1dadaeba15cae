//! The header's rules (RFC 7515 §4.1, RFC 8725 §3.1, RFC 9068 §4), judged before any key is looked for.
//!
//! `jku`, `x5u`, `x5c` and `jwk` are never read, let alone followed: keys come from the configured issuer.

use serde_json::{Map, Value};

use crate::error::Refusal;

/// The one algorithm, fixed before a token is read: Okta signs with it, and one key has one algorithm.
pub(crate) const ALGORITHM: &str = "RS256";

/// What a media type may leave out where it stands in `typ`.
const PREFIX: &str = "application/";

/// What a token is for. Its `typ` says so, that one cannot be taken for the other (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Okta's have no `typ`. One that has any must say what it is: a rule that tells every other kind of token apart
    /// and breaks nothing.
    AccessToken,
    /// Okta's request to end somebody's sessions.
    RevocationRequest,
}

/// Checks everything but `kid` and returns that.
pub(crate) fn judge(unverified: &Map<String, Value>, kind: TokenKind) -> Result<&str, Refusal> {
    if unverified.get("alg").and_then(Value::as_str) != Some(ALGORITHM) {
        return Err(Refusal::Algorithm);
    }
    // Whatever their value: this crate understands no extension, and RFC 7797 calls for `crit` anyway.
    if ["crit", "b64", "cty"].iter().any(|name| unverified.contains_key(*name)) {
        return Err(Refusal::Extension);
    }
    if !kind.is_named_by(unverified.get("typ")) {
        return Err(Refusal::Type);
    }
    match unverified.get("kid").and_then(Value::as_str) {
        Some(kid) if !kid.is_empty() => Ok(kid),
        _ => Err(Refusal::KeyIdMissing),
    }
}

impl TokenKind {
    /// Media types ignore case and may leave out `application/` (RFC 7515 §4.1.9).
    fn is_named_by(self, typ: Option<&Value>) -> bool {
        let (expected, may_be_absent) = match self {
            Self::AccessToken => ("at+jwt", true),
            Self::RevocationRequest => ("global-token-revocation+jwt", false),
        };
        let Some(typ) = typ else { return may_be_absent };
        typ.as_str().is_some_and(|typ| {
            let typ = typ
                .split_at_checked(PREFIX.len())
                .map_or(typ, |(start, rest)| if start.eq_ignore_ascii_case(PREFIX) { rest } else { typ });
            typ.eq_ignore_ascii_case(expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(change: Value, expected: Result<&str, Refusal>) {
        let mut header = json!({"alg": "RS256", "kid": "k1"});
        for (name, value) in change.as_object().unwrap() {
            header[name] = value.clone();
        }
        assert_eq!(judge(header.as_object().unwrap(), TokenKind::AccessToken), expected, "{change}");
    }

    #[test]
    fn a_revocation_request_says_what_it_is() {
        let judge = |typ: Option<&str>| {
            let mut header = json!({"alg": "RS256", "kid": "k1"});
            if let Some(typ) = typ {
                header["typ"] = typ.into();
            }
            judge(header.as_object().unwrap(), TokenKind::RevocationRequest).map(drop)
        };
        for good in ["global-token-revocation+jwt", "Application/Global-Token-Revocation+JWT"] {
            assert_eq!(judge(Some(good)), Ok(()), "{good}");
        }
        for bad in
            [None, Some("JWT"), Some("at+jwt"), Some("application/"), Some("application/application/jwt")]
        {
            assert_eq!(judge(bad), Err(Refusal::Type), "{bad:?}");
        }
    }

    #[test]
    fn a_header_is_good_with_or_without_the_type_of_an_access_token() {
        check(json!({}), Ok("k1"));
        check(json!({"typ": "at+jwt"}), Ok("k1"));
        check(json!({"typ": "application/AT+JWT"}), Ok("k1"));
        for typ in [
            json!("JWT"),
            json!("jwt"),
            json!(""),
            json!("id+jwt"),
            json!("dpop+jwt"),
            json!(null),
            json!(["at+jwt"]),
        ] {
            check(json!({"typ": typ}), Err(Refusal::Type));
        }
    }

    #[test]
    fn only_rs256_to_the_letter_is_an_algorithm() {
        for alg in
            ["none", "None", "nOnE", "", "rs256", "RS256 ", "RS384", "PS256", "HS256", "ES256", "EdDSA"]
        {
            check(json!({"alg": alg}), Err(Refusal::Algorithm));
        }
        check(json!({"alg": ["RS256"]}), Err(Refusal::Algorithm));
        check(json!({"alg": null}), Err(Refusal::Algorithm));
    }

    #[test]
    fn extensions_are_refused_whatever_they_ask() {
        for header in [
            json!({"crit": ["exp"]}),
            json!({"crit": []}),
            json!({"crit": null}),
            json!({"b64": true}),
            json!({"cty": "JWT"}),
        ] {
            check(header, Err(Refusal::Extension));
        }
    }

    #[test]
    fn a_key_must_be_named() {
        for kid in [json!(null), json!(""), json!(5), json!(["k1"]), json!({"k1": 1})] {
            check(json!({"kid": kid}), Err(Refusal::KeyIdMissing));
        }
    }
}
