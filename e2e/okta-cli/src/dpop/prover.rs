//! A key, and proofs of it. It authenticates no client: it is made anew by each command, and never leaves it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use okta_types::{
    Curve, DpopProof, Metadata, ProofAlgorithm, ProofClaims, ProofHeader, PublicKey, access_token_hash,
    base64url,
};
use url::Url;

use crate::{clock, random};

/// What proofs are signed with.
const ALGORITHM: ProofAlgorithm = ProofAlgorithm::Es256;

/// Whoever can prove that they have a key.
pub struct Prover {
    pair: EcdsaKeyPair,
    header: ProofHeader,
}

impl Prover {
    /// Whether an org says that it takes such proofs.
    pub fn suits(metadata: &Metadata) -> bool {
        metadata.dpop_signing_alg_values_supported.iter().any(|name| name == ALGORITHM.as_str())
    }

    /// With a fresh key.
    ///
    /// # Panics
    /// Where the system has no randomness: nothing secret can be made then.
    pub fn generate() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
        // Behind a byte that says that both follow (SEC 1 §2.3.3).
        let (x, y) = pair.public_key().as_ref()[1..].split_at(Curve::P256.coordinate_len());
        let key = PublicKey::ec(Curve::P256, &base64url::encode(x), &base64url::encode(y));
        let key = key.expect("both coordinates are as long as the curve's");
        Self { pair, header: ProofHeader { algorithm: ALGORITHM, key } }
    }

    /// The private key in PKCS #8, DER, for a browser that is to go on with it.
    ///
    /// # Panics
    /// Where there is no memory for it.
    pub fn to_pkcs8(&self) -> Vec<u8> {
        self.pair.to_pkcs8v1().expect("a key of a known curve has a form").as_ref().to_vec()
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.header.key
    }

    /// For one request, with an access token or without (RFC 9449 §4.2).
    ///
    /// # Panics
    /// Where the system has no randomness.
    pub fn prove(&self, method: &str, url: &Url, nonce: Option<&str>, access_token: Option<&str>) -> String {
        let mut htu = url.clone();
        htu.set_query(None);
        htu.set_fragment(None);
        let jti = base64url::encode(random::bytes::<16>());
        let claims = ProofClaims {
            nonce: nonce.map(str::to_owned),
            ath: access_token.map(access_token_hash),
            ..ProofClaims::new(&jti, method, htu.as_str(), clock::now())
        };
        let input = self.header.signing_input(&claims);
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes()).expect("a key can sign");
        DpopProof::write(&input, signature.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_names_the_request_without_query_and_fragment_and_never_comes_twice() {
        let (prover, url) =
            (Prover::generate(), Url::parse("https://a.example/b%20c?token=x&y#fragment").unwrap());
        let texts = [(); 2].map(|()| prover.prove("POST", &url, Some("n"), Some("token")));
        let [one, other] = [0, 1].map(|index| DpopProof::parse(&texts[index]).unwrap());
        let claims = &one.unverified_claims;
        assert_eq!((&*claims.htm, &*claims.htu), ("POST", "https://a.example/b%20c"));
        assert_eq!(claims.nonce.as_deref(), Some("n"));
        assert_eq!(claims.ath, Some(access_token_hash("token")));
        assert_ne!(claims.jti, other.unverified_claims.jti);
        assert_eq!(one.unverified_header, other.unverified_header);
        assert_ne!(one.unverified_header, Prover::generate().header);
    }
}
