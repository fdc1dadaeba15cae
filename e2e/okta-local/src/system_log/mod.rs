//! The System Log: what happened in the org, newest last, in the names of Okta's event catalogue.
//!
//! Events carry identifiers and reasons, never a token, a code or a password. It is in memory only.

mod event;
mod shape;
mod words;

pub(crate) use event::event_of;
pub use event::{LogEvent, Outcome, Target};

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The oldest event goes when there are more.
const CAPACITY: usize = 10_000;

/// The events of one org.
#[derive(Debug, Default)]
pub(crate) struct SystemLog(Mutex<VecDeque<LogEvent>>);

impl SystemLog {
    /// Appends an event; the oldest goes once there are 10,000.
    pub(crate) fn record(&self, event: LogEvent) {
        tracing::debug!(event = event.event_type, outcome = ?event.outcome, actor = event.actor, client = event.client_id);
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == CAPACITY {
            events.pop_front();
        }
        events.push_back(event);
    }

    /// A copy of all that is kept.
    pub(crate) fn events(&self) -> Vec<LogEvent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
