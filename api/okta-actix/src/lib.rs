#![doc = include_str!("../README.md")]

mod authorization;
mod bearer;
mod config;
mod dpop_policy;
mod extractor;
mod guard;
mod header_names;
mod middleware;
mod names;
mod nonce_header;
mod problem;
mod proof;
mod public_url;
mod reason_name;
mod rejection;
mod remembered;
mod step_up;
mod universal_logout;

pub use bearer::Bearer;
pub use config::BearerConfig;
pub use dpop_policy::DpopPolicy;
pub use extractor::OptionalBearer;
pub use guard::{Acr, InGroup, MaxAge, RequiredAcr, RequiredGroup, RequiredScope, Scoped, WithProof};
pub use middleware::{Guarded, RequireBearer};
pub use nonce_header::renew_nonces;
pub use okta_jwt::{
    AccessClaims, Audience, ConfigError, Introspection, Issuer, IssuerError, JwsError, KeyError,
    KeySetLimits, KeySetStatus, Lookup, MAX_TOKEN_LEN, Nonces, PendingVerification, ProofChecker, ProofId,
    ProofRefusal, ProveError, RecentProofs, Recorded, Recording, Refusal, ReplayStore, Revocation,
    RevocationRequests, StoreUnavailable, Subject, SubjectError, TokenCacheLimits, TokenCacheStatus,
    TraceParent, UnixTime, Verdict, Verified, Verifier, VerifierBuilder, VerifyError, system_time,
};
pub use okta_types::{AuthScheme, HttpUrl, Thumbprint, UrlError};
pub use rejection::{MalformedRequest, Reason, Rejection};
pub use step_up::StepUp;
pub use universal_logout::carry_out_revocation;

/// The response headers that a page of another origin must be allowed to read, for `Cors::expose_headers`:
/// without the first it learns nothing of a challenge, without the second nothing of a pause, without the third no nonce.
pub const EXPOSED_HEADERS: [&str; 3] = ["WWW-Authenticate", "Retry-After", "DPoP-Nonce"];

/// The request headers that a page of another origin must be allowed to send, for `Cors::allowed_headers`.
pub const REQUEST_HEADERS: [&str; 2] = ["Authorization", "DPoP"];
