//! The verifier from the outside, with real keys and an issuer that answers over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod at_jwt;
mod claims;
mod corpus;
mod dpop;
mod example;
mod faults;
mod gate;
mod hostile;
mod htu;
mod introspection;
mod issuer;
mod key_set;
mod look;
#[cfg(target_os = "linux")]
mod memory;
mod org;
mod outage;
mod program;
mod properties;
mod prover;
mod revocation_request;
mod second_opinion;
mod several_issuers;
mod signer;
mod token;
mod token_cache;
mod trust;
