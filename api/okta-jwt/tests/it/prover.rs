//! Clients that hold a key, and the proofs they make of it.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _, RsaEncoding, RsaKeyPair,
};
use okta_types::{
    Curve, DpopProof, ProofAlgorithm, ProofClaims, ProofHeader, PublicKey, UnixTime, access_token_hash,
    base64url,
};
use serde_json::{Value, json};

/// A key pair, and the algorithm that its owner uses.
pub(crate) struct Prover {
    pub(crate) algorithm: ProofAlgorithm,
    pair: Pair,
}

enum Pair {
    Rsa(&'static RsaKeyPair),
    Ec(Curve, EcdsaKeyPair),
}

static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The one whose key tokens are bound to, unless a test says otherwise.
pub(crate) static ALICE: LazyLock<Prover> = LazyLock::new(|| Prover::new(ProofAlgorithm::Es256));
/// Somebody with another key.
pub(crate) static MALLORY: LazyLock<Prover> = LazyLock::new(|| Prover::new(ProofAlgorithm::Es256));

impl Prover {
    pub(crate) fn new(algorithm: ProofAlgorithm) -> Self {
        let ec = |curve, signing: &'static EcdsaSigningAlgorithm| {
            Pair::Ec(curve, EcdsaKeyPair::generate(signing).unwrap())
        };
        let pair = match algorithm {
            ProofAlgorithm::Es256 => ec(Curve::P256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            ProofAlgorithm::Es384 => ec(Curve::P384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            ProofAlgorithm::Es512 => ec(Curve::P521, &signature::ECDSA_P521_SHA512_FIXED_SIGNING),
            _ => Pair::Rsa(&RSA),
        };
        Self { algorithm, pair }
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        match &self.pair {
            Pair::Rsa(pair) => {
                let n = base64url::encode(pair.public_key().modulus().big_endian_without_leading_zero());
                PublicKey::rsa(&n, "AQAB").unwrap()
            }
            Pair::Ec(curve, pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(curve.coordinate_len());
                PublicKey::ec(*curve, &base64url::encode(x), &base64url::encode(y)).unwrap()
            }
        }
    }

    pub(crate) fn jwk(&self) -> Value {
        serde_json::from_str(&self.public_key().to_json()).unwrap()
    }

    /// The `cnf` claim of a token that is bound to the key.
    pub(crate) fn cnf(&self) -> Value {
        json!({"jkt": self.public_key().thumbprint()})
    }

    pub(crate) fn sign(&self, message: &str) -> Vec<u8> {
        self.sign_as(self.algorithm, message)
    }

    /// With the key, but perhaps by another of its algorithms.
    pub(crate) fn sign_as(&self, algorithm: ProofAlgorithm, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding: &'static dyn RsaEncoding = match algorithm {
                    ProofAlgorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
                    ProofAlgorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
            Pair::Ec(_, pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
        }
    }

    pub(crate) fn prove(&self, claims: &ProofClaims) -> String {
        let header = ProofHeader { algorithm: self.algorithm, key: self.public_key() };
        let signing_input = header.signing_input(claims);
        DpopProof::write(&signing_input, &self.sign(&signing_input))
    }

    /// A header and claims of any kind, signed with the key.
    pub(crate) fn seal(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        DpopProof::write(&message, &self.sign(&message))
    }
}

/// The claims of a proof for a token.
pub(crate) fn claims(jti: &str, method: &str, url: &str, token: &str, now: UnixTime) -> ProofClaims {
    ProofClaims { ath: Some(access_token_hash(token)), ..ProofClaims::new(jti, method, url, now) }
}
