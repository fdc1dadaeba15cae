//! How an event becomes a line: time, level, the request it belongs to, where it comes from, what it says.
//!
//! The lines are those that `tracing-subscriber` writes by itself; a busy API spends less time on them here.

use std::cell::RefCell;
use std::error::Error;
use std::fmt::Debug;
use std::io::Write as _;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::json;
use super::number::write_number;
use super::queue::LogQueue;
use super::timestamp::Timestamp;
use crate::request_id;

/// Makes lines and hands them on. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) queue: LogQueue,
    pub(super) form: Form,
}

/// For whom the lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Text { coloured: bool },
    /// For programs: an object a line.
    Json,
}

/// What a thread makes its lines in.
#[derive(Default)]
struct LineBuffer {
    line: Vec<u8>,
    timestamp: Timestamp,
}

thread_local! {
    static LINE_BUFFER: RefCell<LineBuffer> = RefCell::default();
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        LINE_BUFFER.with(|buffer| match buffer.try_borrow_mut() {
            Ok(mut buffer) => self.put(&mut buffer, event),
            // An event within an event: something that is logged logs by itself.
            Err(_) => self.put(&mut LineBuffer::default(), event),
        });
    }
}

impl Lines {
    fn put(&self, buffer: &mut LineBuffer, event: &Event<'_>) {
        buffer.line.clear();
        let LineBuffer { line, timestamp } = &mut *buffer;
        match self.form {
            Form::Text { coloured } => {
                timestamp.write(line);
                write(line, event, coloured);
            }
            Form::Json => json::write(line, timestamp, event),
        }
        self.queue.put(&buffer.line);
    }
}

/// ` INFO request{id=0123456789abcdef}: api::x: said field=1`, after the time.
///
/// The request's id comes from [`request_id`]: a span for it would cost more than the line.
fn write(line: &mut Vec<u8>, event: &Event<'_>, coloured: bool) {
    let metadata = event.metadata();
    write_level(line, *metadata.level(), coloured);
    request_id::with(|context| {
        line.extend_from_slice(b"request{id=");
        line.extend_from_slice(context.id.as_str().as_bytes());
        line.extend_from_slice(b"}: ");
    });
    line.extend_from_slice(metadata.target().as_bytes());
    line.push(b':');
    event.record(&mut Fields(line));
    line.push(b'\n');
}

fn write_level(line: &mut Vec<u8>, level: Level, coloured: bool) {
    let (word, colour) = match level {
        Level::ERROR => (" ERROR ", "31"),
        Level::WARN => ("  WARN ", "33"),
        Level::INFO => ("  INFO ", "32"),
        Level::DEBUG => (" DEBUG ", "34"),
        Level::TRACE => (" TRACE ", "35"),
    };
    if coloured {
        let _ = write!(line, "\u{1b}[{colour}m{word}\u{1b}[0m");
    } else {
        line.extend_from_slice(word.as_bytes());
    }
}

/// The field of a route's pattern, which is for programs.
const ROUTE: &str = "route";

/// The message as it is, and other fields as `name=value`. Writing into memory does not fail.
struct Fields<'a>(&'a mut Vec<u8>);

impl Fields<'_> {
    fn name(&mut self, field: &Field) {
        self.0.push(b' ');
        if field.name() != "message" {
            self.0.extend_from_slice(field.name().as_bytes());
            self.0.push(b'=');
        }
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        let start = self.0.len();
        let _ = write!(self.0, "{value:?}");
        escape_control(self.0, start);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // The path says it.
        if field.name() == ROUTE {
            return;
        }
        self.name(field);
        // Nothing in most texts has to be escaped.
        if value.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'\'')) {
            self.0.push(b'"');
            self.0.extend_from_slice(value.as_bytes());
            self.0.push(b'"');
        } else {
            let _ = write!(self.0, "{value:?}");
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field);
        write_number(self.0, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.name(field);
        let start = self.0.len();
        self.0.extend_from_slice(shared::error_chain(value).as_bytes());
        escape_control(self.0, start);
    }
}

/// Messages and errors stand without quotes, and may hold what strangers wrote: nothing of it begins another line, or tells
/// a terminal anything.
fn escape_control(line: &mut Vec<u8>, start: usize) {
    // What is neither ASCII's nor the beginning of one of Latin-1's.
    if line[start..].iter().all(|byte| !byte.is_ascii_control() && *byte != 0xc2) {
        return;
    }
    let text = String::from_utf8_lossy(&line[start..]).into_owned();
    line.truncate(start);
    for c in text.chars() {
        let _ = if c.is_control() { write!(line, "{}", c.escape_default()) } else { write!(line, "{c}") };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_without_quotes_stays_in_its_line() {
        for (text, written) in [
            ("fine, é and 木", "fine, é and 木"),
            ("a\n2026-11-30 ERROR b", "a\\n2026-11-30 ERROR b"),
            ("\r\u{1b}[2J\u{7f}\u{9b}°", "\\r\\u{1b}[2J\\u{7f}\\u{9b}°"),
        ] {
            let mut line = b" before\x1b ".to_vec();
            let start = line.len();
            line.extend_from_slice(text.as_bytes());
            escape_control(&mut line, start);
            assert_eq!(String::from_utf8(line).unwrap(), format!(" before\u{1b} {written}"));
        }
    }
}
