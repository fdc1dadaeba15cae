//! Where short confirmations appear: at the edge of the screen, read out by screen readers.

use sycamore::prelude::*;

use crate::live::live;
use crate::markup::markup;
use crate::shop::shop;

/// Where toasts appear.
pub(crate) fn toast() -> View {
    let text = shop().toasts.text();
    let toast = live(move || match text.get_clone() {
        text if text.is_empty() => View::new(),
        text => markup! { p(class="toast") { (text) } },
    });
    markup! { div(class="toasts", role="status", aria-live="polite", data-testid="toast") { (toast) } }
}
