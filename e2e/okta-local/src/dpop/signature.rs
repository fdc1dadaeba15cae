//! Signatures of proofs, by the key that the proof itself carries.

use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use okta_types::{DpopProof, ProofAlgorithm};

/// Whether the key in the header signed the proof (RFC 7518 §3.3, §3.4). RSA keys have 2048 to 8192 bits.
pub(super) fn is_good(proof: &DpopProof<'_>) -> bool {
    let (message, key) = (proof.signing_input.as_bytes(), &proof.unverified_header.key);
    match algorithm(proof.unverified_header.algorithm) {
        Algorithm::Rsa(algorithm) => key.rsa_numbers().is_some_and(|(n, e)| {
            RsaPublicKeyComponents { n, e }.verify(algorithm, message, &proof.signature).is_ok()
        }),
        Algorithm::Ecdsa(algorithm) => key.ec_point().is_some_and(|point| {
            UnparsedPublicKey::new(algorithm, point).verify(message, &proof.signature).is_ok()
        }),
    }
}

enum Algorithm {
    Rsa(&'static RsaParameters),
    Ecdsa(&'static EcdsaVerificationAlgorithm),
}

fn algorithm(named: ProofAlgorithm) -> Algorithm {
    match named {
        ProofAlgorithm::Rs256 => Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        ProofAlgorithm::Rs384 => Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        ProofAlgorithm::Rs512 => Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        ProofAlgorithm::Es256 => Algorithm::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED),
        ProofAlgorithm::Es384 => Algorithm::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED),
        ProofAlgorithm::Es512 => Algorithm::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED),
    }
}
