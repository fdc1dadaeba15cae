use super::key::PublicKeyError;

/// The longest proof that is looked at, in bytes: the largest RSA key and its signature take 4,000, and the address of
/// a request may be as long again.
pub const MAX_PROOF_LEN: usize = 8 * 1024;

/// What is wrong with the form of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Longer than [`MAX_PROOF_LEN`].
    #[error("the proof is longer than {MAX_PROOF_LEN} bytes")]
    TooLong,
    /// Not three parts of base64url with a JSON object in the first two.
    #[error("the proof is not a JSON Web Token")]
    Malformed,
    /// `typ` is not `dpop+jwt`, to the letter.
    #[error("the type of the proof is not dpop+jwt")]
    Type,
    /// `crit` or `b64`.
    #[error("the proof asks for an extension")]
    Extension,
    /// `alg` is none of [`ProofAlgorithm::ALL`](super::ProofAlgorithm::ALL), or not one for the key.
    #[error("the algorithm of the proof is not accepted")]
    Algorithm,
    /// `jwk` is missing or no object.
    #[error("the proof holds no key")]
    KeyMissing,
    /// `jwk` is no public key for proofs.
    #[error(transparent)]
    Key(#[from] PublicKeyError),
    /// A claim is missing.
    #[error("the claim {0} is missing")]
    ClaimMissing(&'static str),
    /// A claim has the wrong type, or is the empty text.
    #[error("the claim {0} has the wrong type")]
    ClaimType(&'static str),
}
