//! Demonstrating Proof of Possession (RFC 9449): requests with a proof of a key that lives as long as the command.

mod credential;
mod exchange;
mod prover;

pub(crate) use self::credential::Credential;
pub(crate) use self::exchange::{Answer, PROOF, send};
pub use self::prover::Prover;
