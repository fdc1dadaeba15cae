//! The catalogue.

use sycamore::prelude::*;

use super::{heading, shelves::shelves};
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("Shop", "Saplings, seeds, tools, pots and care: search and sort everything that Grove sells.");
    let (heading, shelves) = (heading("The whole shop"), shelves());
    markup! {
        div(class="page-head") {
            (heading)
            p(class="page-lead") { "Everything we grow, forge and bottle." }
        }
        h2(class="visually-hidden") { "Products" }
        (shelves)
    }
}
