//! The catalogue.

use sycamore::prelude::*;

use super::{heading, shelves::shelves};
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("Shop");
    let (heading, shelves) = (heading("The whole shop"), shelves());
    markup! {
        div(class="page-head") {
            (heading)
            p(class="page-lead") { "Everything we grow, forge and bottle." }
        }
        (shelves)
    }
}
