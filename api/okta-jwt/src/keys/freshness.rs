//! How long a key set may be used before it is asked for again (RFC 9111 §4.2.1, §5.2.2).

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, HeaderMap};

use super::KeySetLimits;

/// What the answer's `Cache-Control` grants, within the configured bounds.
pub(crate) fn lifetime(headers: &HeaderMap, limits: &KeySetLimits) -> Duration {
    match granted(headers) {
        Some(granted) => granted.clamp(limits.min_ttl, limits.max_ttl),
        None => limits.default_ttl,
    }
}

fn granted(headers: &HeaderMap) -> Option<Duration> {
    let mut granted = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Some(Duration::ZERO),
                "max-age" => granted = Some(argument.trim().trim_matches('"').parse().ok()?),
                _ => {}
            }
        }
    }
    Some(Duration::from_secs(granted?).saturating_sub(age(headers)))
}

/// How long a cache on the way has held the answer already.
fn age(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[track_caller]
    fn check(pairs: &[(HeaderName, &'static str)], seconds: u64) {
        let lifetime = lifetime(&headers(pairs), &KeySetLimits::default());
        assert_eq!(lifetime, Duration::from_secs(seconds), "{pairs:?}");
    }

    #[test]
    fn max_age_counts_within_the_bounds() {
        check(&[(CACHE_CONTROL, "max-age=7200, must-revalidate")], 7200);
        check(&[(CACHE_CONTROL, "public, MAX-AGE = \"7200\"")], 7200);
        check(&[(CACHE_CONTROL, "max-age=3832304, must-revalidate")], 86_400);
        check(&[(CACHE_CONTROL, "max-age=0")], 60);
        check(&[(CACHE_CONTROL, "no-cache, no-store")], 60);
        check(&[(CACHE_CONTROL, "public"), (CACHE_CONTROL, "max-age=120")], 120);
    }

    #[test]
    fn time_spent_in_a_cache_on_the_way_is_taken_off() {
        check(&[(CACHE_CONTROL, "max-age=7200"), (AGE, "7000")], 200);
        check(&[(CACHE_CONTROL, "max-age=7200"), (AGE, "9000")], 60);
    }

    #[test]
    fn without_a_readable_word_the_default_holds() {
        check(&[], 600);
        check(&[(CACHE_CONTROL, "public")], 600);
        check(&[(CACHE_CONTROL, "max-age=soon")], 600);
        check(&[(CACHE_CONTROL, "max-age=-5")], 600);
    }
}
