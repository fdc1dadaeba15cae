//! The exporter says in the log what it cannot do. While a collector is away that would be a line for each batch.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::callsite::Identifier;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Event, Metadata};
use tracing_subscriber::layer::{Context, Filter};

/// How long the exporter says a thing once.
const PAUSE: Duration = Duration::from_secs(60);
/// What its crates are called.
const EXPORTER: &str = "opentelemetry";

/// Lets everything through, and of the exporter's lines each once a minute.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    said: Mutex<HashMap<Identifier, Instant>>,
}

impl Quiet {
    fn is_due(&self, line: Identifier, now: Instant) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = said.get(&line).is_none_or(|last| now.duration_since(*last) >= PAUSE);
        if is_due {
            said.insert(line, now);
        }
        is_due
    }
}

impl<S> Filter<S> for Quiet {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let metadata = event.metadata();
        !metadata.target().starts_with(EXPORTER) || self.is_due(metadata.callsite(), Instant::now())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}

#[cfg(test)]
mod tests {
    use tracing::Callsite as _;
    use tracing::callsite::DefaultCallsite;
    use tracing::metadata::Kind;

    use super::*;

    static ONE: DefaultCallsite = DefaultCallsite::new(&OF_ONE);
    static OF_ONE: Metadata<'static> = tracing::metadata! {
        name: "one", target: EXPORTER, level: tracing::Level::WARN, fields: &[], callsite: &ONE, kind: Kind::EVENT,
    };
    static OTHER: DefaultCallsite = DefaultCallsite::new(&OF_OTHER);
    static OF_OTHER: Metadata<'static> = tracing::metadata! {
        name: "other", target: EXPORTER, level: tracing::Level::WARN, fields: &[], callsite: &OTHER, kind: Kind::EVENT,
    };

    #[test]
    fn a_line_is_said_again_after_a_minute_and_holds_no_other_back() {
        let (quiet, now) = (Quiet::default(), Instant::now());
        let said = |callsite: &DefaultCallsite, after| {
            quiet.is_due(callsite.metadata().callsite(), now + Duration::from_secs(after))
        };
        assert_eq!(
            [0, 1, 59, 60, 61, 120].map(|after| said(&ONE, after)),
            [true, false, false, true, false, true]
        );
        assert!(said(&OTHER, 1));
    }
}
