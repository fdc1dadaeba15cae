//! What several processes of one shop need of each other.

use super::parse;
use super::reader::Reader;
use super::variables::{REDIS_OUTAGE_LIMITS, REDIS_OUTAGE_PROOFS, REDIS_URL};
use crate::shared_store::{Outage, RedisUrl};

/// What several processes know together; [`Replicas::default`] is one process that knows its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// `REDIS_URL`: where they know it.
    pub redis_url: Option<RedisUrl>,
    /// `REDIS_OUTAGE_PROOFS`: what is done with proofs (DPoP) without it.
    pub proofs_in_outage: Outage,
    /// `REDIS_OUTAGE_LIMITS`: what is done with limits of requests without it.
    pub limits_in_outage: Outage,
}

impl Default for Replicas {
    fn default() -> Self {
        let mut reader = Reader::new(|_| None);
        Self::read(&mut reader).unwrap_or_else(|| unreachable!("the defaults are good"))
    }
}

impl Replicas {
    pub(super) fn read(reader: &mut Reader<impl Fn(&'static str) -> Option<String>>) -> Option<Self> {
        let redis_url = reader.read_if_set(&REDIS_URL, parse::redis_url);
        let proofs_in_outage = reader.read(&REDIS_OUTAGE_PROOFS, parse::outage);
        let limits_in_outage = reader.read(&REDIS_OUTAGE_LIMITS, parse::outage);
        Some(Self {
            redis_url: redis_url?,
            proofs_in_outage: proofs_in_outage?,
            limits_in_outage: limits_in_outage?,
        })
    }
}
