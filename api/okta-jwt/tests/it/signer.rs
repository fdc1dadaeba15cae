//! Real RSA keys, made once for all tests.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, KeyPair as _, RsaEncoding, RsaKeyPair};
use okta_types::base64url;
use serde_json::{Value, json};

/// A key pair and the name it is published under.
pub(crate) struct Signer {
    pub(crate) kid: &'static str,
    pair: RsaKeyPair,
}

/// The issuer's key.
pub(crate) static FIRST: LazyLock<Signer> = LazyLock::new(|| Signer::generate("first"));
/// The key it changes to.
pub(crate) static SECOND: LazyLock<Signer> = LazyLock::new(|| Signer::generate("second"));
/// A key that no issuer ever published.
pub(crate) static STRANGER: LazyLock<Signer> = LazyLock::new(|| Signer::generate("stranger"));

impl Signer {
    fn generate(kid: &'static str) -> Self {
        Self { kid, pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap() }
    }

    /// As `/v1/keys` shows it.
    pub(crate) fn jwk(&self) -> Value {
        let exponent = self.pair.public_key().exponent().big_endian_without_leading_zero().to_vec();
        json!({"alg": "RS256", "e": base64url::encode(exponent), "n": base64url::encode(self.modulus()),
               "kid": self.kid, "kty": "RSA", "use": "sig"})
    }

    pub(crate) fn modulus(&self) -> Vec<u8> {
        self.pair.public_key().modulus().big_endian_without_leading_zero().to_vec()
    }

    /// PKCS#1, the bytes between a PEM file's lines.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    pub(crate) fn rs256(&self, message: &str) -> Vec<u8> {
        self.sign(&signature::RSA_PKCS1_SHA256, message)
    }

    pub(crate) fn rs384(&self, message: &str) -> Vec<u8> {
        self.sign(&signature::RSA_PKCS1_SHA384, message)
    }

    pub(crate) fn rs512(&self, message: &str) -> Vec<u8> {
        self.sign(&signature::RSA_PKCS1_SHA512, message)
    }

    pub(crate) fn ps256(&self, message: &str) -> Vec<u8> {
        self.sign(&signature::RSA_PSS_SHA256, message)
    }

    fn sign(&self, encoding: &'static dyn RsaEncoding, message: &str) -> Vec<u8> {
        let mut out = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut out).unwrap();
        out
    }
}
