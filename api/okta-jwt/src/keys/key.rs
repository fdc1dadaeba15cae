//! One public key, checked when it is loaded (RFC 8725 §3.4), so that no token ever meets a weak one.

use std::fmt;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::signature::{self, Verifier};
use okta_types::{Jwk, base64url};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::rsa;

/// An RSA key that may check RS256 signatures: a verifier in `jsonwebtoken`'s sense. The one that crate brings
/// reads the key anew for every token; this one reads it once.
pub(crate) struct Key {
    kid: String,
    components: RsaPublicKeyComponents<Vec<u8>>,
    parsed: ParsedPublicKey,
}

impl Key {
    /// Reads one entry of a key set, as JSON. `None`: not fit for RS256, for whatever reason.
    pub(crate) fn load(entry: &str) -> Option<Self> {
        serde_json::from_str(entry).ok().filter(Restrictions::permit)?;
        let jwk: Jwk = serde_json::from_str(entry).ok().filter(Jwk::is_for_rs256)?;
        let (n, e) = (base64url::decode(jwk.n.as_deref()?)?, base64url::decode(jwk.e.as_deref()?)?);
        let kid = jwk.kid.filter(|kid| !kid.is_empty())?;
        let components = RsaPublicKeyComponents { n, e };
        let parsed = rsa::parse(&components, &RSA_PKCS1_2048_8192_SHA256)?;
        Some(Self { kid, components, parsed })
    }

    /// The name that tokens call it by.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether both are one key under one name.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.kid, &self.components.n, &self.components.e)
            == (&other.kid, &other.components.n, &other.components.e)
    }

    /// Whether the signature over the first two parts of a token is this key's, by RS256 whatever the header says.
    pub(crate) fn has_signed(&self, signing_input: &str, signature: &Vec<u8>) -> bool {
        self.verify(signing_input.as_bytes(), signature).is_ok()
    }
}

impl Verifier<Vec<u8>> for Key {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.parsed.verify_sig(message, signature).map_err(signature::Error::from_source)
    }
}

impl JwtVerifier for Key {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(RS256)")
    }
}

/// Members that only ever speak against a key.
#[derive(Deserialize)]
struct Restrictions {
    /// A key that was published with its private half can sign for anybody.
    d: Option<IgnoredAny>,
    /// Where it is there, it must allow what we do (RFC 7517 §4.3).
    key_ops: Option<Vec<String>>,
}

impl Restrictions {
    fn permit(&self) -> bool {
        let may_verify = self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        self.d.is_none() && may_verify
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn modulus(bits: usize) -> String {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] >>= n.len() * 8 - bits;
        base64url::encode(n)
    }

    #[track_caller]
    fn check(change: Value, good: bool) {
        let mut entry =
            json!({"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "e": "AQAB", "n": modulus(2048)});
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(entry.as_object_mut().unwrap().remove(name)),
                value => entry[name] = value.clone(),
            }
        }
        assert_eq!(Key::load(&entry.to_string()).is_some(), good, "{change}");
    }

    #[test]
    fn a_key_may_leave_out_what_it_is_for() {
        check(json!({}), true);
        check(json!({"alg": null, "use": null}), true);
        check(json!({"key_ops": ["verify"]}), true);
        check(json!({"x5c": ["ignored"]}), true);
    }

    #[test]
    fn a_key_for_something_else_is_passed_over() {
        for change in [
            json!({"kty": "EC"}),
            json!({"kty": "oct", "k": modulus(2048)}),
            json!({"kty": 5}),
            json!({"alg": "RS384"}),
            json!({"alg": "rs256"}),
            json!({"use": "enc"}),
            json!({"key_ops": ["sign"]}),
            json!({"key_ops": "verify"}),
            json!({"d": "AQAB"}),
            json!({"kid": null}),
            json!({"kid": ""}),
            json!({"kid": 7}),
        ] {
            check(change, false);
        }
    }

    #[test]
    fn a_modulus_has_2048_to_8192_bits_and_is_odd() {
        check(json!({"n": modulus(2047)}), false);
        check(json!({"n": modulus(2049)}), true);
        check(json!({"n": modulus(8192)}), true);
        check(json!({"n": modulus(8193)}), false);
        check(json!({"n": base64url::encode([&[0; 1][..], &[0xff; 256]].concat())}), false);
        check(json!({"n": base64url::encode([&[0xff; 255][..], &[0xfe]].concat())}), false);
        for n in [json!(null), json!(""), json!("AQAB="), json!("not base64"), json!(5)] {
            check(json!({"n": n}), false);
        }
    }

    #[test]
    fn an_exponent_is_odd_and_at_least_3() {
        for (e, good) in [("Aw", true), ("AQAB", true), ("_____w", true)] {
            check(json!({"e": e}), good);
        }
        for e in ["", "AA", "AQ", "Ag", "BA", "AAM", "AQAC", "AQAAAAE"] {
            check(json!({"e": e}), false);
        }
    }

    #[test]
    fn two_keys_are_the_same_where_name_and_numbers_are() {
        let key = |kid: &str, bits: usize, e: &str| {
            Key::load(&json!({"kty": "RSA", "kid": kid, "e": e, "n": modulus(bits)}).to_string()).unwrap()
        };
        let one = key("k1", 2048, "AQAB");
        assert!(one.is_same(&key("k1", 2048, "AQAB")));
        for other in [key("k2", 2048, "AQAB"), key("k1", 2049, "AQAB"), key("k1", 2048, "Aw")] {
            assert!(!one.is_same(&other), "{}", other.kid());
        }
        assert_eq!((one.algorithm(), format!("{one:?}").as_str()), (Algorithm::RS256, "Key(RS256)"));
    }
}
