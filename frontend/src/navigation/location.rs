//! The browser's address bar and history.

use sycamore::web::window;
use wasm_bindgen::prelude::*;

use super::address::Address;
use crate::base::{whole, within};

/// The address in the browser's address bar.
pub(super) fn current() -> Address {
    let location = window().location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    let place = [part(location.pathname()), part(location.search()), part(location.hash())].concat();
    Address::in_browser(within(&place))
}

pub(super) fn push(target: &Address) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&whole(target.to_string())));
    }
}

pub(super) fn replace(target: &Address) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&whole(target.to_string())));
    }
}
