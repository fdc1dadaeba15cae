//! Times as Okta's APIs write them: `2026-11-22T20:33:24.000Z`.

use okta_types::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// In UTC, with milliseconds that are always zero.
pub(crate) fn iso(time: UnixTime) -> String {
    let text = OffsetDateTime::from_unix_timestamp(time.0).ok().and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_default().replace('Z', ".000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_with_milliseconds() {
        assert_eq!(iso(UnixTime(1_311_280_970)), "2011-07-21T20:42:50.000Z");
    }
}
