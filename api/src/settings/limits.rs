//! How much is enough.

use std::num::{NonZeroU32, NonZeroUsize};

use shared::Money;

use super::parse;
use super::reader::Reader;
use super::variables::{
    DATABASE_CONNECTIONS, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, MAX_IN_FLIGHT, ORDERS_PER_HOUR,
    REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE_PER_ADDRESS, STEP_UP_ABOVE,
};

/// How much is enough; [`Limits::default`] is what the variables default to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `STEP_UP_ABOVE`: where a person's orders of 24 hours cost more together, the next one needs a second factor, in a
    /// sign-in of the last 15 minutes.
    pub step_up_above: Money,
    /// `ORDERS_PER_HOUR`: of one person.
    pub orders_per_hour: NonZeroU32,
    /// `REQUESTS_PER_MINUTE`: of one person.
    pub requests_per_minute: NonZeroU32,
    /// `REQUESTS_PER_MINUTE_PER_ADDRESS`: of all who come from one address, or from one /64 of IPv6.
    pub requests_per_minute_per_address: Option<NonZeroU32>,
    /// `MAX_IN_FLIGHT`: requests of people who are signed in that are handled at a time.
    pub in_flight: NonZeroU32,
    /// `MAX_CONNECTIONS`: at most so many.
    pub connections: NonZeroU32,
    /// `MAX_CONNECTIONS_PER_ADDRESS`: of these, from one address.
    pub connections_per_address: NonZeroU32,
    /// `DATABASE_CONNECTIONS`: at most so many; with SQLite, that read.
    pub database_connections: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        let mut reader = Reader::new(|_| None);
        Self::read(&mut reader).unwrap_or_else(|| unreachable!("the defaults are limits"))
    }
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<impl Fn(&'static str) -> Option<String>>) -> Option<Self> {
        let step_up_above = reader.read(&STEP_UP_ABOVE, parse::money);
        let orders_per_hour = reader.read(&ORDERS_PER_HOUR, parse::count);
        let requests_per_minute = reader.read(&REQUESTS_PER_MINUTE, parse::count);
        let per_address = reader.read_if_set(&REQUESTS_PER_MINUTE_PER_ADDRESS, parse::count);
        let in_flight = reader.read_if_set(&MAX_IN_FLIGHT, parse::count);
        let connections = reader.read(&MAX_CONNECTIONS, parse::count);
        let connections_per_address = reader.read(&MAX_CONNECTIONS_PER_ADDRESS, parse::count);
        let database_connections = reader.read(&DATABASE_CONNECTIONS, parse::count);
        Some(Self {
            step_up_above: step_up_above?,
            orders_per_hour: orders_per_hour?,
            requests_per_minute: requests_per_minute?,
            requests_per_minute_per_address: per_address?,
            in_flight: in_flight?.unwrap_or_else(eight_per_processor),
            connections: connections?,
            connections_per_address: connections_per_address?,
            database_connections: database_connections?,
        })
    }
}

/// More at a time only wait for one another: eight keep a processor busy, and commits of SQLite full.
fn eight_per_processor() -> NonZeroU32 {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    u32::try_from(processors.saturating_mul(8)).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX)
}
