//! No such page.

use sycamore::prelude::*;

use super::heading;
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("Not found", "");
    let heading = heading("This path leads nowhere");
    markup! {
        div(class="panel panel-empty", data-testid="not-found") {
            img(class="panel-art", src="/art/lost.svg", alt="", width="320", height="240")
            (heading)
            p(class="panel-text") { "The page does not exist, or what was here is no longer sold." }
            a(class="button", href="/products") { "Go to the shop" }
        }
    }
}
