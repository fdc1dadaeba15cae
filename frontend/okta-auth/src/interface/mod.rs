//! What apps and drivers see: configuration, events, effects, errors and who is there.

pub(crate) mod config;
#[cfg(feature = "dpop")]
pub(crate) mod dpop;
pub(crate) mod effect;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod explanation;
pub(crate) mod gate;
#[cfg(feature = "idle")]
pub(crate) mod idle;
pub(crate) mod ids;
pub(crate) mod message;
pub(crate) mod message_key;
pub(crate) mod mistakes;
#[cfg(feature = "several-orgs")]
pub(crate) mod orgs;
#[cfg(feature = "several-orgs")]
pub(crate) mod own_part;
pub(crate) mod owner;
pub(crate) mod person;
pub(crate) mod resumable_request;
pub(crate) mod sign_in;
#[cfg(feature = "silent-renewal")]
pub(crate) mod silent_renewal;
pub(crate) mod status;
