//! `Retry-After` (RFC 9110 §10.2.3), in an answer of the issuer's.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// No pause an issuer may ask for by `Retry-After` is obeyed beyond this: a slip of its hand must not
/// keep us from its keys for a day.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(600);

/// The pause that the answer asks for, in seconds. The other form, a date, would need a clock and is not read.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_obeyed_for_ten_minutes_at_most() {
        let read = |value: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]));
        assert_eq!(read("30"), Some(Duration::from_secs(30)));
        assert_eq!(read("86400"), Some(LONGEST_RETRY_AFTER));
        assert_eq!(read("Fri, 31 Dec 1999 23:59:59 GMT"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
