//! A choice of a menu.

use sycamore::prelude::*;

use crate::live::live_state;
use crate::markup::markup;

/// `value` is what the menu is set to where `label` is chosen. The property and not the attribute: that one counts
/// only until somebody chooses.
pub(crate) fn option(value: &'static str, label: &'static str, chosen: impl Fn() -> bool + 'static) -> View {
    let chosen = live_state(chosen);
    markup! { option(value=value, prop:selected=chosen) { (label) } }
}
