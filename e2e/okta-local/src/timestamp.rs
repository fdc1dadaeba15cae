//! Times as Okta's APIs write them: `2026-11-22T20:33:24.000Z`.

use okta_types::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// In UTC, with milliseconds that are always zero.
pub(crate) fn iso(time: UnixTime) -> String {
    let text = OffsetDateTime::from_unix_timestamp(time.0).ok().and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_default().replace('Z', ".000Z")
}

/// In words, as Okta tells when the owner of a group was added: `Wed Mar 04 10:08:01 UTC 2026`.
pub(crate) fn in_words(time: UnixTime) -> String {
    let Some(time) = OffsetDateTime::from_unix_timestamp(time.0).ok() else { return String::new() };
    let (day, month) = (time.weekday().to_string(), time.month().to_string());
    let (hour, minute, second) = time.to_hms();
    format!("{:.3} {:.3} {:02} {hour:02}:{minute:02}:{second:02} UTC {}", day, month, time.day(), time.year())
}

/// As databases write it, which Okta's lists of owners show: `2026-03-04 10:08:01.0`.
pub(crate) fn as_stored(time: UnixTime) -> String {
    iso(time).replace('T', " ").replace(".000Z", ".0")
}

/// Parses a timestamp in any offset; `None` if it is not one.
pub(crate) fn parse(text: &str) -> Option<UnixTime> {
    // Texts that went through a comparison without capitals are times as well.
    let time = OffsetDateTime::parse(&text.to_uppercase(), &Rfc3339).ok()?;
    Some(UnixTime(time.unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_with_milliseconds() {
        assert_eq!(iso(UnixTime(1_311_280_970)), "2011-07-21T20:42:50.000Z");
    }

    #[test]
    fn a_time_is_written_as_lists_of_owners_have_it() {
        let time = UnixTime(1_772_618_881);
        assert_eq!(
            (in_words(time).as_str(), as_stored(time).as_str()),
            ("Wed Mar 04 10:08:01 UTC 2026", "2026-03-04 10:08:01.0")
        );
    }

    #[test]
    fn a_time_is_read_in_any_offset() {
        for text in ["2011-07-21T20:42:50.000Z", "2011-07-21t20:42:50z", "2011-07-21T22:42:50+02:00"] {
            assert_eq!(parse(text), Some(UnixTime(1_311_280_970)), "{text}");
        }
        assert_eq!(parse("yesterday"), None);
    }
}
