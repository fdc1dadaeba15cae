//! Demonstrating Proof of Possession (RFC 9449): keys, proofs and what they name, as values. Nothing here signs, and
//! nothing here decides whether a proof is good.

mod algorithm;
mod claims;
mod error;
mod htu;
mod key;
mod proof;
mod thumbprint;

pub use self::algorithm::ProofAlgorithm;
pub use self::claims::{ProofClaims, access_token_hash};
pub use self::error::{MAX_PROOF_LEN, ProofError};
pub use self::htu::{Htu, HtuError};
pub use self::key::{Curve, PublicKey, PublicKeyError};
pub use self::proof::{DpopProof, KnownHeader, ProofHeader, es256_signing_input};
pub use self::thumbprint::Thumbprint;
