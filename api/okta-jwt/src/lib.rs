#![doc = include_str!("../README.md")]

mod binding;
mod bound;
mod builder;
mod claims;
mod clock;
mod denylist;
mod dpop;
mod error;
mod fingerprint;
mod form;
mod header;
mod http;
mod introspection;
mod keys;
mod lookup;
mod policy;
mod proof_key;
mod retry_after;
mod revocation_request;
mod rsa;
mod subject_identifier;
mod token_cache;
mod trace;
mod trusted_issuer;
mod unverified;
mod verified;
mod verifier;

pub use bound::BoundToken;
pub use builder::VerifierBuilder;
pub use clock::system_time;
pub use denylist::Revocation;
pub use dpop::{
    Nonces, PendingProof, ProofChecker, ProofId, ProofLookup, ProofRefusal, ProveError, Proven, RecentProofs,
    Recorded, Recording, ReplayStore, ShownProof, StoreUnavailable,
};
pub use error::{ConfigError, KeyError, Refusal, VerifyError};
pub use fingerprint::MAX_TOKEN_LEN;
pub use introspection::Introspection;
pub use keys::{KeySetLimits, KeySetStatus};
pub use lookup::{Lookup, PendingVerification};
pub use okta_types::{
    AccessClaims, Audience, Confirmation, Htu, Issuer, IssuerError, JwsError, MAX_PROOF_LEN, ProofAlgorithm,
    ProofError, UnixTime,
};
pub use revocation_request::{RevocationRequest, RevocationRequestError, RevocationRequests};
pub use subject_identifier::SubjectError;
pub use token_cache::{TokenCacheLimits, TokenCacheStatus};
pub use trace::TraceParent;
pub use verified::{Subject, Verdict, Verified};
pub use verifier::Verifier;
