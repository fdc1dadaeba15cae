//! The browser's clock, for the check that compares it; nothing else of the shop asks for the time.

/// Seconds, rounded down.
#[expect(clippy::disallowed_methods, reason = "the check is of this very clock")]
pub(super) fn now() -> i64 {
    seconds(js_sys::Date::now())
}

/// A header's date (RFC 9110 §5.6.7), seconds; `None` where it is none.
pub(super) fn read(date: &str) -> Option<i64> {
    Some(js_sys::Date::parse(date)).filter(|milliseconds| milliseconds.is_finite()).map(seconds)
}

fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1000.0) as i64
}
