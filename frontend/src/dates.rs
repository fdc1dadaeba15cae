//! Points in time for people.

use sycamore::web::is_not_ssr;

/// `22 Nov 2026, 19:49` of an RFC 3339 text, in the shopper's own time zone. What cannot be read stays as it is.
pub(crate) fn readable(rfc3339: &str) -> String {
    let date = if is_not_ssr!() { spelled_out(rfc3339) } else { in_utc(rfc3339) };
    date.and_then(|date| rearranged(&date)).unwrap_or_else(|| rfc3339.to_owned())
}

/// Takes `Sun Nov 22 2026 19:49:05`, however it goes on.
fn rearranged(date: &str) -> Option<String> {
    let (month, day, year, time) = (date.get(4..7)?, date.get(8..10)?, date.get(11..15)?, date.get(16..21)?);
    Some([day.trim_start_matches('0'), " ", month, " ", year, ", ", time].concat())
}

/// As every browser writes a date, whatever its language (ECMA-262, `Date.prototype.toString`).
fn spelled_out(rfc3339: &str) -> Option<String> {
    Some(js_sys::Date::new(&rfc3339.into()).to_string().into())
}

/// The same of the digits as they stand there; off the browser there is no time zone to ask for.
fn in_utc(rfc3339: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month: usize = rfc3339.get(5..7)?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let (year, day, time) = (rfc3339.get(0..4)?, rfc3339.get(8..10)?, rfc3339.get(11..16)?);
    Some(["Day ", month, " ", day, " ", year, " ", time].concat())
}

#[cfg(test)]
mod tests {
    use super::{readable, rearranged};

    #[test]
    fn a_date_is_readable_and_nonsense_stays_as_it_is() {
        assert_eq!(readable("2026-11-22T19:49:05.123Z"), "22 Nov 2026, 19:49");
        assert_eq!(readable("2026-13-22T19:49:05Z"), "2026-13-22T19:49:05Z");
        assert_eq!(readable("soon"), "soon");
        assert_eq!(readable("ünïcode-is-not-a-date"), "ünïcode-is-not-a-date");
    }

    #[test]
    fn a_browsers_date_is_rearranged() {
        for (date, readable) in [
            ("Fri Jan 01 2027 00:05:00 GMT+0100 (Central European Standard Time)", Some("1 Jan 2027, 00:05")),
            ("Sun Nov 22 2026 19:49:05 GMT+0000", Some("22 Nov 2026, 19:49")),
            ("Invalid Date", None),
        ] {
            assert_eq!(rearranged(date).as_deref(), readable, "{date}");
        }
    }
}
