//! The time at the beginning of each line: `2026-11-30T08:00:00.000000Z`.

use okta_types::UnixTime;

use crate::clock;

/// Seconds as they are written, kept for as long as they are the same ones.
#[derive(Debug, Default)]
pub(super) struct Timestamp {
    seconds: u64,
    /// `2026-11-30T08:00:00`.
    text: String,
}

impl Timestamp {
    /// Writes the present time.
    pub(super) fn write(&mut self, line: &mut Vec<u8>) {
        let now = clock::since_epoch();
        self.write_time(line, now.as_secs(), now.subsec_micros());
    }

    fn write_time(&mut self, line: &mut Vec<u8>, seconds: u64, micros: u32) {
        if self.text.is_empty() || seconds != self.seconds {
            self.seconds = seconds;
            self.text = text(seconds);
        }
        line.extend_from_slice(self.text.as_bytes());
        let mut digits = *b".000000Z";
        let mut left = micros;
        for digit in digits[1..7].iter_mut().rev() {
            *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
            left /= 10;
        }
        line.extend_from_slice(&digits);
    }
}

/// Without the `Z` at its end.
fn text(seconds: u64) -> String {
    let mut text = clock::rfc3339(UnixTime(i64::try_from(seconds).unwrap_or_default()));
    text.pop();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_microsecond() {
        let mut timestamp = Timestamp::default();
        for (seconds, micros, expected) in [
            (1_796_025_600, 0, "2026-11-30T08:00:00.000000Z"),
            (1_796_025_600, 42, "2026-11-30T08:00:00.000042Z"),
            (1_796_025_601, 999_999, "2026-11-30T08:00:01.999999Z"),
            (0, 1, "1970-01-01T00:00:00.000001Z"),
        ] {
            let mut line = Vec::new();
            timestamp.write_time(&mut line, seconds, micros);
            assert_eq!(String::from_utf8(line).unwrap(), expected);
        }
    }
}
