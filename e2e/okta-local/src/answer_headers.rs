//! Headers that all answers carry, as those of a live org do.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{
    CACHE_CONTROL, EXPIRES, HeaderMap, HeaderName, HeaderValue, HttpDate, PRAGMA, REFERRER_POLICY,
    TryIntoHeaderValue as _, VARY, X_CONTENT_TYPE_OPTIONS,
};
use okta_types::UnixTime;

/// What most answers say of caches.
pub(crate) const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-cache, no-store");

/// What an answer says where it says nothing else of it.
const USUAL: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (VARY, "Accept-Encoding"),
    (HeaderName::from_static("x-xss-protection"), "0"),
    (HeaderName::from_static("p3p"), "CP=\"HONK\""),
];

/// Adds them to an answer to a request for that path.
pub(crate) fn add(path: &str, now: UnixTime, headers: &mut HeaderMap) {
    if path.starts_with("/api/") {
        headers.insert(CACHE_CONTROL, NOT_KEPT);
    }
    for (name, value) in USUAL {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    add_expiry(now, headers);
}

/// Says once more, for caches of HTTP/1.0, what `Cache-Control` says.
fn add_expiry(now: UnixTime, headers: &mut HeaderMap) {
    let Some(said) = headers.get(CACHE_CONTROL) else { return };
    if *said == NOT_KEPT {
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        headers.insert(EXPIRES, HeaderValue::from_static("0"));
    } else if let Some(seconds) = said.to_str().ok().and_then(max_age) {
        headers.insert(EXPIRES, date(now + Duration::from_secs(seconds)));
    }
}

fn max_age(said: &str) -> Option<u64> {
    said.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
}

/// A time as headers write it (RFC 9110 §5.6.7).
pub(crate) fn date(time: UnixTime) -> HeaderValue {
    let seconds = u64::try_from(time.seconds()).unwrap_or(0);
    let date = HttpDate::from(UNIX_EPOCH + Duration::from_secs(seconds));
    date.try_into_value().unwrap_or_else(|_| HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(path: &str, said: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(said) = said {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(said));
        }
        add(path, UnixTime(0), &mut headers);
        headers
    }

    #[test]
    fn what_caches_are_told_is_told_twice() {
        let kept = added("/oauth2/v1/keys", Some("max-age=60, must-revalidate"));
        assert_eq!(kept.get(EXPIRES).unwrap(), "Thu, 01 Jan 1970 00:01:00 GMT");
        assert!(!kept.contains_key(PRAGMA));
        for headers in [added("/api/v1/apps", None), added("/oauth2/v1/token", Some("no-cache, no-store"))] {
            assert!(headers.get(EXPIRES).unwrap() == "0" && headers.get(PRAGMA).unwrap() == "no-cache");
        }
        assert!(!added("/style.css", None).contains_key(EXPIRES));
    }
}
