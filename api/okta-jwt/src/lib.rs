#![doc = include_str!("../README.md")]

mod builder;
mod claims;
mod denylist;
mod error;
mod fingerprint;
mod header;
mod http;
mod introspection;
mod keys;
mod policy;
mod retry_after;
mod strict_json;
mod token_cache;
mod unverified;
mod verified;
mod verifier;
mod verifiers;

pub use builder::VerifierBuilder;
pub use error::{ConfigError, KeyError, Refusal, VerifyError};
pub use fingerprint::MAX_TOKEN_LEN;
pub use introspection::Introspection;
pub use keys::{KeySetLimits, KeySetStatus};
pub use okta_types::{AccessClaims, Issuer, UnixTime};
pub use token_cache::TokenCacheLimits;
pub use verified::{Subject, Verified};
pub use verifier::Verifier;
pub use verifiers::Verifiers;
