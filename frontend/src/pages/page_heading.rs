//! The heading of a page.

use sycamore::prelude::*;

use crate::markup::markup;

/// The one `h1` of a page. Focus comes here after a navigation.
pub(super) fn heading(text: &'static str) -> View {
    markup! { h1(id="page-heading", class="page-heading", tabindex="-1") { (text) } }
}
