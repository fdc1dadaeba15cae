//! The one place of this crate that asks for the time; an app with a clock of its own passes that instead.

use std::time::{SystemTime, UNIX_EPOCH};

use okta_types::UnixTime;

/// The time of the machine, in whole seconds.
#[expect(clippy::disallowed_methods, reason = "the default clock; tests and apps with their own replace it")]
pub(crate) fn now() -> UnixTime {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UnixTime(i64::try_from(seconds).unwrap_or(i64::MAX))
}
