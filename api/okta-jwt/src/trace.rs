//! The trace that a request belongs to (W3C Trace Context), passed on to the issuer where a request of ours is made for
//! its sake.

use std::fmt;

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// Of a header as long as version 00 has it.
const LEN: usize = 55;

/// A valid `traceparent`: which trace, and who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// Lower-case hexadecimal digits, and so are all of them.
    trace_id: [u8; 32],
    parent_id: [u8; 16],
    flags: [u8; 2],
}

impl TraceParent {
    /// Reads a header; `None` where it is not valid (W3C Trace Context §3.2.2). What a later version adds is left out.
    pub fn parse(header: &str) -> Option<Self> {
        let bytes = header.as_bytes();
        let (head, rest) = bytes.split_at_checked(LEN)?;
        let version = &head[..2];
        let dashes = head[2] == b'-' && head[35] == b'-' && head[52] == b'-';
        let ends = rest.is_empty() || (version != b"00" && rest[0] == b'-');
        let parts = [version, &head[3..35], &head[36..52], &head[53..]];
        let is_hex = |part: &&[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_nothing = |part: &[u8]| part.iter().all(|b| *b == b'0');
        if !dashes || !ends || !parts.iter().all(is_hex) || version == b"ff" {
            return None;
        }
        if is_nothing(parts[1]) || is_nothing(parts[2]) {
            return None;
        }
        let (trace_id, parent_id) = (parts[1].try_into().ok()?, parts[2].try_into().ok()?);
        Some(Self { trace_id, parent_id, flags: parts[3].try_into().ok()? })
    }

    /// The trace's id, 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        text(&self.trace_id)
    }

    /// The id of whoever asks, 16 hexadecimal digits.
    pub fn parent_id(&self) -> &str {
        text(&self.parent_id)
    }

    /// What the trace's parts are told of it (§3.2.2.5), e.g. 1 where it is recorded.
    pub fn flags(&self) -> u8 {
        u8::from_str_radix(text(&self.flags), 16).unwrap_or_default()
    }

    /// The same trace for what is asked by `id`: 16 lower-case hexadecimal digits.
    #[must_use]
    pub fn asked_by(self, id: [u8; 16]) -> Self {
        Self { parent_id: id, ..self }
    }

    /// Does `work` for this trace: requests to the issuer that it causes carry the header.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The one that is worked for.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|trace| *trace).ok()
    }
}

fn text(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

/// The header, in version 00.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{}", self.trace_id(), text(&self.parent_id), text(&self.flags))
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceParent({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_header_is_read_and_written_as_it_is() {
        let trace = TraceParent::parse(GOOD).unwrap();
        assert_eq!((trace.to_string().as_str(), trace.trace_id()), (GOOD, &GOOD[3..35]));
        assert_eq!((trace.parent_id(), trace.flags()), (&GOOD[36..52], 1));
        let asked = trace.asked_by(*b"0123456789abcdef").to_string();
        assert_eq!(asked, "00-4bf92f3577b34da6a3ce929d0e0e4736-0123456789abcdef-01");
        for later in [GOOD.replacen("00", "01", 1), format!("{}-more", GOOD.replacen("00", "fe", 1))] {
            assert_eq!(TraceParent::parse(&later), Some(trace), "{later}");
        }
    }

    #[test]
    fn anything_else_is_no_trace() {
        let upper = GOOD.to_uppercase();
        let no_trace = GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32));
        let no_parent = GOOD.replace("00f067aa0ba902b7", &"0".repeat(16));
        let (long, invalid) = (format!("{GOOD}-more"), GOOD.replacen("00", "ff", 1));
        let glued = format!("{}more", GOOD.replacen("00", "01", 1));
        let short = &GOOD[..54];
        let spaced = format!("{GOOD} ");
        let underscored = GOOD.replacen('-', "_", 1);
        for bad in ["", short, &upper, &no_trace, &no_parent, &long, &invalid, &glued, &spaced, &underscored]
        {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
    }
}
