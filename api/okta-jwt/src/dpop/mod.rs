//! Proofs of possession at a resource server (RFC 9449 §4.3, §7 to §9 and §11.1).

mod checker;
mod error;
mod nonce;
mod policy;
mod replay;

pub use self::checker::{PendingProof, ProofChecker, ProofLookup, Proven, ShownProof};
pub use self::error::{ProofRefusal, ProveError};
pub use self::nonce::Nonces;
pub use self::replay::{ProofId, RecentProofs, Recorded, Recording, ReplayStore, StoreUnavailable};
