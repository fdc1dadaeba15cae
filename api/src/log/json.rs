//! An event as one JSON object on a line, for programs that read the log.

use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::net::IpAddr;

use tracing::Event;
use tracing::field::{Field, Visit};

use super::number::write_number;
use super::timestamp::Timestamp;
use crate::request_id::{self, Context};

/// `{"time":…,"level":"INFO","request_id":…,"target":…,"message":…,…}` and a line break.
pub(super) fn write(line: &mut Vec<u8>, timestamp: &mut Timestamp, event: &Event<'_>) {
    let metadata = event.metadata();
    begin(line, timestamp, metadata.level().as_str());
    request_id::with(|context| write_context(line, context));
    member(line, "target");
    text(line, metadata.target());
    event.record(&mut Members(line));
    line.extend_from_slice(b"}\n");
}

/// That lines were dropped.
pub(super) fn tell_of_dropped(line: &mut Vec<u8>, dropped: usize) {
    begin(line, &mut Timestamp::default(), "WARN");
    let _ = std::io::Write::write_fmt(
        line,
        format_args!(
            r#","target":"api::log","message":"lines of this log were dropped: it is not read fast enough","lines":{dropped}}}"#
        ),
    );
    line.push(b'\n');
}

fn begin(line: &mut Vec<u8>, timestamp: &mut Timestamp, level: &str) {
    line.extend_from_slice(br#"{"time":""#);
    timestamp.write(line);
    line.extend_from_slice(br#"","level":""#);
    line.extend_from_slice(level.as_bytes());
    line.push(b'"');
}

fn write_context(line: &mut Vec<u8>, context: &Context) {
    member(line, "request_id");
    text(line, context.id.as_str());
    if let Some(trace) = &context.trace {
        member(line, "trace_id");
        text(line, trace.trace_id());
    }
    if let Some(client) = context.client {
        member(line, "client");
        line.push(b'"');
        write_address(line, client);
        line.push(b'"');
    }
}

/// It stands in every line: most addresses are written without the detour of the general formatting.
fn write_address(line: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            for (place, octet) in address.octets().into_iter().enumerate() {
                if place > 0 {
                    line.push(b'.');
                }
                write_number(line, octet);
            }
        }
        IpAddr::V6(_) => {
            let _ = std::io::Write::write_fmt(line, format_args!("{address}"));
        }
    }
}

/// `,"name":`; names are identifiers.
fn member(line: &mut Vec<u8>, name: &str) {
    line.extend_from_slice(b",\"");
    line.extend_from_slice(name.as_bytes());
    line.extend_from_slice(b"\":");
}

fn text(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    let _ = Escaped(line).write_str(text);
    line.push(b'"');
}

/// What is written becomes the inside of a JSON string. Writing into memory does not fail.
struct Escaped<'a>(&'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Nothing in most texts has to be escaped.
        if text.bytes().all(|byte| !matches!(byte, 0..=0x1f | b'"' | b'\\')) {
            self.0.extend_from_slice(text.as_bytes());
        } else if let Ok(quoted) = serde_json::to_string(text) {
            self.0.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
        }
        Ok(())
    }
}

/// Each field as a member: numbers and booleans as they are, everything else as text.
struct Members<'a>(&'a mut Vec<u8>);

impl Visit for Members<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        member(self.0, field.name());
        self.0.push(b'"');
        let _ = write!(Escaped(self.0), "{value:?}");
        self.0.push(b'"');
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        member(self.0, field.name());
        text(self.0, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        member(self.0, field.name());
        write_number(self.0, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        member(self.0, field.name());
        write_number(self.0, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        member(self.0, field.name());
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        member(self.0, field.name());
        text(self.0, &shared::error_chain(value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn addresses_are_written_as_everywhere() {
        for text in ["127.0.0.1", "203.0.113.255", "::1", "2001:db8::7"] {
            let mut line = Vec::new();
            write_address(&mut line, text.parse().unwrap());
            assert_eq!(line, text.as_bytes());
        }
    }

    #[test]
    fn whatever_is_written_is_one_line_of_json() {
        let mut line = Vec::new();
        tell_of_dropped(&mut line, 12);
        let value: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!((&value["lines"], &value["level"]), (&12.into(), &"WARN".into()));
        for odd in ["plain", "a \"quote\"", "back\\slash", "two\nlines\u{1b}[0m", "Grüße \u{2028}"] {
            let mut line = Vec::new();
            text(&mut line, odd);
            assert!(!line.contains(&b'\n'), "{odd}");
            assert_eq!(serde_json::from_slice::<String>(&line).unwrap(), odd);
        }
    }
}
