//! DPoP (RFC 9449) as Okta has it: proofs are judged, nonces issued, and each proof is accepted once.
//!
//! Texts of refusals are the catalogue's. Nonces and used proofs are in memory only: after a restart a client is asked
//! for a new nonce.

mod judgement;
mod nonces;
mod signature;
mod used_proofs;

pub(crate) use judgement::{Dpop, Expected, HEADER, NONCE_HEADER};
