//! What was granted: codes, refresh tokens and access tokens, each belonging to one family.
//!
//! A family is everything that came out of one authorization: its code, all rotations of its refresh
//! token, all its access tokens. Revoking is done to the family, so nothing of it can be forgotten, and a
//! token issued while its family is being revoked is dead when it arrives.

mod access;
mod code;
mod family;
mod issued;
mod listing;
#[cfg(test)]
mod properties;
mod refresh;
mod store;

pub(crate) use code::Redemption;
pub(crate) use family::{FamilyId, Grant};
pub(crate) use listing::Renewable;
pub(crate) use refresh::{RefreshRefusal, RevokedRefresh};
pub(crate) use store::Grants;
