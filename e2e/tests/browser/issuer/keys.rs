//! Two RSA keys for all issuers of a run, and JWTs with any header, any claims and a signature of any kind.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};

use super::behaviour::{Object, Signed};

/// The key that signs.
pub(super) static SIGNING: LazyLock<Key> = LazyLock::new(|| Key::generate("signing"));
/// A key that is published and signs nothing.
pub(super) static OTHER: LazyLock<Key> = LazyLock::new(|| Key::generate("other"));

pub(super) struct Key {
    kid: &'static str,
    pair: KeyPair,
}

impl Key {
    fn generate(kid: &'static str) -> Self {
        Self { kid, pair: KeyPair::generate(KeySize::Rsa2048).unwrap() }
    }

    pub(super) fn kid(&self) -> &'static str {
        self.kid
    }

    /// RFC 7517.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": self.kid,
            "n": BASE64URL.encode(public.modulus().big_endian_without_leading_zero()),
            "e": BASE64URL.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    fn sign(&self, input: &str) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        signature
    }
}

/// `header.claims.signature`.
pub(super) fn jwt(header: Object, claims: Object, signed: Signed, client_id: &str) -> String {
    let part = |object: Object| BASE64URL.encode(Value::Object(object).to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let mut signature = match signed {
        Signed::Well | Signed::Broken => SIGNING.sign(&input),
        Signed::ByAnotherKey => OTHER.sign(&input),
        Signed::Not => Vec::new(),
        Signed::ByHmac => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, client_id.as_bytes());
            hmac::sign(&key, input.as_bytes()).as_ref().to_vec()
        }
    };
    if signed == Signed::Broken {
        signature[100] ^= 1;
    }
    format!("{input}.{}", BASE64URL.encode(signature))
}
