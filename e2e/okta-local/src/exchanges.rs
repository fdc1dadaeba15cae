//! What was said over HTTP, for tests that look for it elsewhere.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A request to the org, and what its endpoint answered: a line with method and address or with the status, headers, an empty
/// line, the body. What is no text is replaced.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// What the client sent.
    pub request: String,
    /// What the org answered, before faults disturbed it.
    pub answer: String,
}

impl fmt::Debug for Exchange {
    /// Tokens and passwords are what it is made of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// Those that were recorded.
#[derive(Debug, Default)]
pub(crate) struct Exchanges {
    is_on: AtomicBool,
    all: Mutex<Vec<Exchange>>,
}

impl Exchanges {
    pub(crate) fn turn_on(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    pub(crate) fn are_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    pub(crate) fn all(&self) -> Vec<Exchange> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, exchange: Exchange) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}
