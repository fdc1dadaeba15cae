//! How an event becomes a line: time, level, the request it belongs to, where it comes from, what it says.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::request_id;

/// `2026-11-30T08:00:00.000000Z  INFO request{id=0123456789abcdef}: api::x: said field=1`.
///
/// The request's id comes from [`request_id`]: a span for it would cost more than the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        SystemTime.format_time(&mut line)?;
        level(&mut line, *metadata.level())?;
        request_id::with(|id| {
            line.write_str("request{id=")?;
            line.write_str(id)?;
            line.write_str("}: ")
        })?;
        line.write_str(metadata.target())?;
        line.write_str(":")?;
        let mut fields = Fields { line: line.by_ref(), outcome: Ok(()) };
        event.record(&mut fields);
        fields.outcome?;
        line.write_char('\n')
    }
}

fn level(line: &mut Writer<'_>, level: Level) -> fmt::Result {
    let (word, colour) = match level {
        Level::ERROR => (" ERROR ", "31"),
        Level::WARN => ("  WARN ", "33"),
        Level::INFO => ("  INFO ", "32"),
        Level::DEBUG => (" DEBUG ", "34"),
        Level::TRACE => (" TRACE ", "35"),
    };
    if line.has_ansi_escapes() {
        write!(line, "\u{1b}[{colour}m{word}\u{1b}[0m")
    } else {
        line.write_str(word)
    }
}

/// The message as it is, and other fields as `name=value`.
struct Fields<'a> {
    line: Writer<'a>,
    outcome: fmt::Result,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let line = &mut self.line;
        let named = |line: &mut Writer<'_>| match field.name() {
            "message" => Ok(()),
            name => line.write_str(name).and_then(|()| line.write_char('=')),
        };
        let write = line.write_char(' ').and_then(|()| named(line)).and_then(|()| value(line));
        self.outcome = self.outcome.and(write);
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, |line| write!(line, "{value:?}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.write(field, |line| write_with_causes(line, value));
    }
}

fn write_with_causes(line: &mut Writer<'_>, error: &dyn std::error::Error) -> fmt::Result {
    write!(line, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(line, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}
