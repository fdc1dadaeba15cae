use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// It is read from any `NumericDate` (RFC 7519 §2) and written as one: a fraction is left off, unless the reader rounds
/// by itself with [`UnixTime::ceil`].
///
/// Where it comes from is the caller's business; nothing in this crate asks a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnixTime(pub i64);

/// Up to 2^53 each whole number is a number of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl UnixTime {
    /// The last whole second at or before this one, counted from the epoch; `None` before it, and beyond 2^53.
    pub fn floor(seconds: f64) -> Option<Self> {
        (0.0..=EXACT).contains(&seconds).then(|| Self(seconds.floor() as i64))
    }

    /// The first whole second at or after this one; `None` where [`floor`](Self::floor) has none.
    pub fn ceil(seconds: f64) -> Option<Self> {
        (0.0..=EXACT).contains(&seconds).then(|| Self(seconds.ceil() as i64))
    }

    /// Seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero where it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(NumericDate)
    }
}

struct NumericDate;

impl Visitor<'_> for NumericDate {
    type Value = UnixTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_i64<E>(self, seconds: i64) -> Result<UnixTime, E> {
        Ok(UnixTime(seconds))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<UnixTime, E> {
        let seconds = i64::try_from(seconds);
        seconds.map(UnixTime).map_err(|_| E::invalid_value(Unexpected::Other("a number out of range"), &self))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<UnixTime, E> {
        UnixTime::floor(seconds).ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
    }
}

impl Add<Duration> for UnixTime {
    type Output = Self;
    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(rhs.as_secs()))
    }
}

impl Sub<Duration> for UnixTime {
    type Output = Self;
    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(rhs.as_secs()))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_the_ends_of_time() {
        assert_eq!(UnixTime(i64::MAX) + Duration::from_secs(9), UnixTime(i64::MAX));
        assert_eq!(UnixTime(5).since(UnixTime(9)), Duration::ZERO);
        assert_eq!(UnixTime(9).since(UnixTime(5)), Duration::from_secs(4));
    }

    #[test]
    fn any_numeric_date_is_read() {
        for (json, seconds) in [
            ("1795998253", Some(1_795_998_253)),
            ("1795998253.384", Some(1_795_998_253)),
            ("1795998253.999999", Some(1_795_998_253)),
            ("1.795998253e9", Some(1_795_998_253)),
            ("0", Some(0)),
            ("-5", Some(-5)),
            ("-0.5", None),
            ("1e300", None),
            ("1e19", None),
            ("18446744073709551615", None),
            ("\"1795998253\"", None),
            ("null", None),
            ("[1]", None),
        ] {
            let read = serde_json::from_str::<UnixTime>(json).ok().map(UnixTime::seconds);
            assert_eq!(read, seconds, "{json}");
        }
        assert_eq!((UnixTime::ceil(5.1), UnixTime::ceil(5.0)), (Some(UnixTime(6)), Some(UnixTime(5))));
        for none in [f64::NAN, f64::INFINITY, -1.0, 1e16] {
            assert_eq!((UnixTime::floor(none), UnixTime::ceil(none)), (None, None), "{none}");
        }
    }
}
