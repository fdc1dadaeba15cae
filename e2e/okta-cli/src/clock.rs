//! The one place where the commands ask for the time.

use std::time::SystemTime;

use okta_types::UnixTime;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the clock")]
pub fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
