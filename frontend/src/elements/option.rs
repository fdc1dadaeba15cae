//! A choice of a menu.

use std::rc::Rc;

use sycamore::prelude::*;
use wasm_bindgen::JsValue;

use crate::markup::markup;

/// `value` is what the menu is set to where `label` is chosen. The property and not the attribute: that one counts
/// only until somebody chooses.
pub(crate) fn option(value: &'static str, label: &'static str, chosen: impl Fn() -> bool + 'static) -> View {
    let chosen: MaybeDyn<JsValue> =
        MaybeDyn::Derived(Rc::new(move || MaybeDyn::Static(JsValue::from_bool(chosen()))));
    markup! { option(value=value, prop:selected=chosen) { (label) } }
}
