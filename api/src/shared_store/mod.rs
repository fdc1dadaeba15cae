//! What several replicas of the API know together, in a store that all of them reach: which proofs were used, and how many
//! requests each person has sent. Without one each replica knows its own, which is all there is to know on one machine.
//!
//! What the org has revoked is in the database ([`crate::revocations`]): it has to outlast everything.

mod redis;
mod store;

pub(crate) use self::redis::RedisStore;
pub use self::redis::{RedisUrl, RedisUrlError};
pub use self::store::Outage;
pub(crate) use self::store::{Name, Quota, Shared, SharedStore, StoreAway, Taken};
