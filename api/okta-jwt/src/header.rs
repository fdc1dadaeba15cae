//! The header's rules (RFC 7515 §4.1, RFC 8725 §3.1, RFC 9068 §4), judged before any key is looked for.
//!
//! `jku`, `x5u`, `x5c` and `jwk` are never read, let alone followed: keys come from the configured issuer.

use serde_json::{Map, Value};

use crate::error::Refusal;

/// The one algorithm, fixed before a token is read: Okta signs with it, and one key has one algorithm.
pub(crate) const ALGORITHM: &str = "RS256";

/// Checks everything but `kid` and returns that.
pub(crate) fn judge(unverified: &Map<String, Value>) -> Result<&str, Refusal> {
    if unverified.get("alg").and_then(Value::as_str) != Some(ALGORITHM) {
        return Err(Refusal::Algorithm);
    }
    // Whatever their value: this crate understands no extension, and RFC 7797 calls for `crit` anyway.
    if ["crit", "b64", "cty"].iter().any(|name| unverified.contains_key(*name)) {
        return Err(Refusal::Extension);
    }
    if unverified.get("typ").is_some_and(|typ| !is_access_token_type(typ)) {
        return Err(Refusal::Type);
    }
    match unverified.get("kid").and_then(Value::as_str) {
        Some(kid) if !kid.is_empty() => Ok(kid),
        _ => Err(Refusal::KeyIdMissing),
    }
}

/// Okta's access tokens have no `typ`. One that has any must say what it is: a rule that tells every other
/// kind of token apart and breaks nothing (RFC 8725 §3.11). Media types ignore case (RFC 7515 §4.1.9).
fn is_access_token_type(typ: &Value) -> bool {
    typ.as_str().is_some_and(|typ| {
        ["at+jwt", "application/at+jwt"].iter().any(|expected| typ.eq_ignore_ascii_case(expected))
    })
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
        assert_eq!(judge(header.as_object().unwrap()), expected, "{change}");
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
