//! The header fields of RFC 9449.

use actix_web::http::header::HeaderName;

/// A proof (§4.1).
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The nonce that proofs must hold (§8.1).
pub(crate) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
