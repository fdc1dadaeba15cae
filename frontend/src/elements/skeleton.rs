//! Grey shapes where content will be, of the content's size, so that nothing jumps.

use sycamore::prelude::*;

use crate::markup::markup;

/// A grid of cards.
pub(crate) fn card_skeletons() -> View {
    let cards: Vec<View> = (0..8).map(|_| markup! { li(class="card skeleton-card") { div(class="skeleton skeleton-picture") div(class="skeleton skeleton-line") div(class="skeleton skeleton-line skeleton-short") } }).collect();
    markup! {
        ul(class="grid", aria-hidden="true") { (cards) }
        p(class="visually-hidden", role="status") { "Loading" }
    }
}

/// A few rows.
pub(crate) fn line_skeletons() -> View {
    let rows: Vec<View> = (0..3).map(|_| markup! { div(class="skeleton skeleton-row") }).collect();
    markup! {
        div(aria-hidden="true") { (rows) }
        p(class="visually-hidden", role="status") { "Loading" }
    }
}
