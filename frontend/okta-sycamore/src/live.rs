//! The parts of a view that change, compiled once.
//!
//! Sycamore compiles its machinery anew for each type of closure, a kilobyte or two every time, and everybody
//! who opens the app downloads that.

use sycamore::prelude::*;

/// A part that is put up anew whenever a signal that it reads changes.
pub(crate) fn live(view: Box<dyn FnMut() -> View>) -> View {
    View::from_dynamic(view)
}
