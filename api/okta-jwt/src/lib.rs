#![doc = include_str!("../README.md")]

mod builder;
mod claims;
mod clock;
mod denylist;
mod error;
mod fingerprint;
mod header;
mod http;
mod introspection;
mod keys;
mod lookup;
mod policy;
mod retry_after;
mod token_cache;
mod trusted_issuer;
mod unverified;
mod verified;
mod verifier;

pub use builder::VerifierBuilder;
pub use clock::system_time;
pub use error::{ConfigError, KeyError, Refusal, VerifyError};
pub use fingerprint::MAX_TOKEN_LEN;
pub use introspection::Introspection;
pub use keys::{KeySetLimits, KeySetStatus};
pub use lookup::{Lookup, PendingVerification};
pub use okta_types::{AccessClaims, Audience, Issuer, IssuerError, JwsError, UnixTime};
pub use token_cache::TokenCacheLimits;
pub use verified::{Subject, Verdict, Verified};
pub use verifier::Verifier;
