//! Short confirmations: how any part of the page says something.

use sycamore::prelude::*;

use crate::live::signal;

/// The handle by which anything on the page may say something. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct Toasts(Signal<String>);

impl Toasts {
    pub(crate) fn new() -> Self {
        Self(signal(String::new()))
    }

    /// Shows `text` in place of what is shown, also where it is the same. The style sheet takes it away again.
    pub(crate) fn show(self, text: String) {
        self.0.set(text);
    }

    /// Takes away what is shown: it was said to somebody who is no longer here.
    pub(crate) fn clear(self) {
        self.0.set(String::new());
    }

    /// What is shown now; empty where nothing is.
    pub(super) fn text(self) -> ReadSignal<String> {
        *self.0
    }
}
