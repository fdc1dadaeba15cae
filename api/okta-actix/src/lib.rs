#![doc = include_str!("../README.md")]

mod authorization;
mod config;
mod extractor;
mod guard;
mod middleware;
mod names;
mod problem;
mod rejection;
mod step_up;

pub use config::BearerConfig;
pub use extractor::{Bearer, OptionalBearer};
pub use guard::{Acr, InGroup, MaxAge, RequiredAcr, RequiredGroup, RequiredScope, Scoped};
pub use middleware::{Guarded, RequireBearer};
pub use okta_jwt::{
    AccessClaims, Audience, ConfigError, Introspection, Issuer, IssuerError, JwsError, KeyError,
    KeySetLimits, KeySetStatus, Lookup, MAX_TOKEN_LEN, PendingVerification, Refusal, Subject,
    TokenCacheLimits, UnixTime, Verdict, Verified, Verifier, VerifierBuilder, VerifyError, system_time,
};
pub use rejection::{MalformedRequest, Reason, Rejection};
pub use step_up::StepUp;

/// The response headers that a page of another origin must be allowed to read, for `Cors::expose_headers`:
/// without the first it learns nothing of a challenge, without the second nothing of a pause.
pub const EXPOSED_HEADERS: [&str; 2] = ["WWW-Authenticate", "Retry-After"];
