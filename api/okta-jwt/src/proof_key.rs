//! The key of a proof, made ready to check its signature.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents,
};
use okta_types::{DpopProof, KnownHeader, ProofAlgorithm, ProofHeader, PublicKey};

use crate::rsa;

/// A sound key and the one algorithm it is used with.
pub(crate) struct ProofKey {
    header: KnownHeader,
    parsed: ParsedPublicKey,
}

impl ProofKey {
    /// Of a proof's header. `None` where the key in it is no point of its curve, or no sound RSA key of at least 2048 bits.
    pub(crate) fn load(proof: &DpopProof<'_>) -> Option<Self> {
        let ProofHeader { algorithm, key } = &proof.unverified_header;
        let parsed = match algorithm {
            ProofAlgorithm::Rs256 => rsa_key(key, &RSA_PKCS1_2048_8192_SHA256),
            ProofAlgorithm::Rs384 => rsa_key(key, &RSA_PKCS1_2048_8192_SHA384),
            ProofAlgorithm::Rs512 => rsa_key(key, &RSA_PKCS1_2048_8192_SHA512),
            ProofAlgorithm::Es256 => ec_key(key, &ECDSA_P256_SHA256_FIXED),
            ProofAlgorithm::Es384 => ec_key(key, &ECDSA_P384_SHA384_FIXED),
            ProofAlgorithm::Es512 => ec_key(key, &ECDSA_P521_SHA512_FIXED),
        };
        parsed.map(|parsed| Self { header: proof.known_header(), parsed })
    }

    /// The header of the proof that it came with.
    pub(crate) fn known_header(&self) -> &KnownHeader {
        &self.header
    }

    /// Whether a proof with this header is to be checked with it.
    pub(crate) fn is_of(&self, header: &ProofHeader) -> bool {
        self.header.header() == header
    }

    pub(crate) fn has_signed(&self, signing_input: &str, signature: &[u8]) -> bool {
        self.parsed.verify_sig(signing_input.as_bytes(), signature).is_ok()
    }
}

fn rsa_key(key: &PublicKey, parameters: &'static RsaParameters) -> Option<ParsedPublicKey> {
    let (n, e) = key.rsa_numbers()?;
    rsa::parse(&RsaPublicKeyComponents { n, e }, parameters)
}

fn ec_key(key: &PublicKey, algorithm: &'static EcdsaVerificationAlgorithm) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(algorithm, key.ec_point()?).ok()
}
