//! The one place of this crate that asks for the time, for callers that have no clock of their own.

use std::time::{SystemTime, UNIX_EPOCH};

use okta_types::UnixTime;

/// The time of the machine, in whole seconds.
#[expect(clippy::disallowed_methods, reason = "the default clock; `verify_at` takes another one's time")]
pub fn system_time() -> UnixTime {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UnixTime(i64::try_from(seconds).unwrap_or(i64::MAX))
}
