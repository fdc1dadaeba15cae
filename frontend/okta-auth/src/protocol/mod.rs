//! What the standards say, without a state: reading, judging and comparing.

pub(crate) mod address;
#[cfg(feature = "endpoints")]
pub(crate) mod endpoints;
#[cfg(feature = "dpop")]
pub(crate) mod htu;
pub(crate) mod id_token;
pub(crate) mod json;
pub(crate) mod jws;
pub(crate) mod origins;
pub(crate) mod redirect_limit;
pub(crate) mod return_target;
pub(crate) mod sensitive;
