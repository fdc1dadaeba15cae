//! The browser's storage for what is nobody's, and its source of randomness, each with an answer for when it refuses.
//!
//! Off the browser there is no storage. Nothing here throws: a browser that forbids storage costs the shopper their cart on reload, not the shop.

use sycamore::web::{document, is_not_ssr, window};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlInputElement, Storage, StorageEvent};

/// Kept until the shopper clears it, shared by all tabs.
pub(crate) fn persistent() -> Option<Storage> {
    if is_not_ssr!() { window().local_storage().ok().flatten() } else { None }
}

/// What is stored under `key`.
pub(crate) fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok().flatten()
}

/// Stores `text` under `key`; `None` removes it. Whether the browser did so.
pub(crate) fn write(storage: Option<Storage>, key: &str, text: Option<&str>) -> bool {
    storage.is_some_and(|storage| {
        let done = match text {
            Some(text) => storage.set_item(key, text),
            None => storage.remove_item(key),
        };
        done.is_ok()
    })
}

/// Calls `changed` whenever another tab has written a key that ends like this or cleared everything.
pub(crate) fn on_change_elsewhere(ending: &'static str, changed: impl Fn() + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if event.unchecked_into::<StorageEvent>().key().is_none_or(|key| key.ends_with(ending)) {
            changed();
        }
    });
    let _ = window().add_event_listener_with_callback("storage", handler.as_ref().unchecked_ref());
    // The app lives as long as the page.
    handler.forget();
}

/// What stands in the first field of this selector now. Events are no measure of that: what fills forms in for people
/// often sends few of them, or none.
pub(crate) fn entry(selector: &str) -> Option<String> {
    let field = document().query_selector(selector).ok().flatten()?;
    // A menu has a value under the same name.
    Some(field.unchecked_into::<HtmlInputElement>().value())
}

/// The text of the element of this page that has this `id`.
pub(crate) fn island(id: &str) -> Option<String> {
    Some(document().get_element_by_id(id)?.text_content().unwrap_or_default())
}

/// Whether there is such an element.
pub(crate) fn has(selector: &str) -> bool {
    matches!(document().query_selector(selector), Ok(Some(_)))
}

/// A fresh random UUID (RFC 9562 §5.4).
pub(crate) fn random_uuid() -> Option<String> {
    window().crypto().ok().map(|crypto| crypto.random_uuid())
}
