//! The API's log, gathered in memory so that a test that fails can keep its part of it.
//!
//! All tests of a process share one log. A line belongs to a test where its request id is among those that the
//! test's browser saw; where the browser tells of no requests, all lines since the test began are kept.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::process_log;

/// Lines that are remembered; the oldest go first.
const CAPACITY: usize = 20_000;

static LINES: Mutex<Lines> = Mutex::new(Lines { first: 0, kept: VecDeque::new() });

struct Lines {
    /// The number of the oldest line that is kept.
    first: usize,
    kept: VecDeque<Line>,
}

struct Line {
    request: Option<String>,
    text: String,
}

/// A place in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

/// From here on; the first call begins to listen.
pub(super) fn mark() -> Mark {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let ours = Targets::new().with_targets(
            ["api", "okta_jwt", "okta_actix"].map(|name| (name, LevelFilter::from_level(Level::DEBUG))),
        );
        let everything = process_log::Writer::new().expect("there is room for a log");
        let everything = everything.with_filter(process_log::targets());
        // Somebody else may listen already, in a program that is more than these tests.
        let _ = tracing_subscriber::registry().with(Collector.with_filter(ours)).with(everything).try_init();
    });
    let lines = lines();
    Mark(lines.first + lines.kept.len())
}

/// The lines since then that belong to these requests, or all where nobody knows which.
pub(super) fn since(Mark(mark): Mark, requests: &[String]) -> String {
    let lines = lines();
    let since = lines.kept.iter().skip(mark.saturating_sub(lines.first));
    let is_ours = |line: &&Line| match &line.request {
        Some(id) if !requests.is_empty() => requests.contains(id),
        _ => true,
    };
    since.filter(is_ours).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{}", line.text);
        text
    })
}

fn lines() -> MutexGuard<'static, Lines> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Collector;

/// The `id` of a request's span.
struct RequestId(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collector {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(span), Some(request)) = (context.span(id), fields.id) {
            span.extensions_mut().insert(RequestId(request));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let request = context.event_scope(event).and_then(|scope| {
            scope
                .into_iter()
                .find_map(|span| span.extensions().get::<RequestId>().map(|RequestId(id)| id.clone()))
        });
        let text =
            format!("{:>5} {}{}", event.metadata().level().as_str(), event.metadata().target(), fields.text);
        let mut lines = lines();
        if lines.kept.len() == CAPACITY {
            lines.kept.pop_front();
            lines.first += 1;
        }
        lines.kept.push_back(Line { request, text });
    }
}

#[derive(Default)]
struct Fields {
    id: Option<String>,
    text: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "id" {
            self.id = Some(format!("{value:?}"));
        }
        let _ = match field.name() {
            "message" => write!(self.text, " {value:?}"),
            name => write!(self.text, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_gets_the_lines_of_its_own_requests() {
        let mark = mark();
        for id in ["r1", "r2"] {
            let span = tracing::info_span!(target: "api", "request", id = %id);
            span.in_scope(|| tracing::info!(target: "api", of = id, "answered"));
        }
        let own = since(mark, &["r2".to_owned()]);
        assert!(own.contains("answered of=\"r2\"") && !own.contains("r1"), "{own}");
        assert!(since(mark, &[]).contains("r1"));
    }
}
