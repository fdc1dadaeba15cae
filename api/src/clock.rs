//! The one place of the API that asks for the time. Everything else is told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use okta_types::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The time of the machine, in whole seconds.
#[expect(clippy::disallowed_methods, reason = "the API's one clock")]
pub(crate) fn now() -> UnixTime {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UnixTime(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// The time of the machine since 1970, for the log.
#[expect(clippy::disallowed_methods, reason = "the API's one clock")]
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// RFC 3339 in UTC, e.g. `2026-11-22T19:47:00Z`; a time beyond the year 9999 becomes 1970's first second.
pub(crate) fn rfc3339(at: UnixTime) -> String {
    OffsetDateTime::from_unix_timestamp(at.seconds())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .format(&Rfc3339)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_without_fractions() {
        assert_eq!(rfc3339(UnixTime(1_795_376_820)), "2026-11-22T19:47:00Z");
        assert_eq!(rfc3339(UnixTime(0)), "1970-01-01T00:00:00Z");
    }
}
