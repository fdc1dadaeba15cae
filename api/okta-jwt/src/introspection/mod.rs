//! Whether a token was revoked before its time, by asking the issuer (RFC 7662). Optional: it costs a request
//! to the issuer for each token and period, and ties the API's availability to the issuer's.

mod config;
mod introspector;

pub use self::config::Introspection;
pub(crate) use self::introspector::Introspector;
