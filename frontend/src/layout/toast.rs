//! Short confirmations at the edge of the screen, read out by screen readers.

use sycamore::prelude::*;

use crate::live::{live, signal};
use crate::markup::markup;
use crate::shop::shop;

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
}

/// Where toasts appear.
pub(crate) fn toast() -> View {
    let Toasts(text) = shop().toasts;
    let toast = live(move || match text.get_clone() {
        text if text.is_empty() => View::new(),
        text => markup! { p(class="toast") { (text) } },
    });
    markup! { div(class="toasts", role="status", aria-live="polite", data-testid="toast") { (toast) } }
}
