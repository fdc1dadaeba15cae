//! The page itself: its address, its history, and the ways to leave it.

use okta_auth::Sensitive;
use sycamore_router::navigate_no_history;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlFormElement, Location, PerformanceNavigation};

fn location() -> Option<Location> {
    web_sys::window().map(|window| window.location())
}

/// Scheme, host and port.
pub(crate) fn origin() -> String {
    location().and_then(|location| location.origin().ok()).unwrap_or_default()
}

/// The query without its question mark.
pub(crate) fn query() -> String {
    let query = location().and_then(|location| location.search().ok()).unwrap_or_default();
    query.strip_prefix('?').unwrap_or_default().to_owned()
}

/// The whole address, without the user name and the password that may stand in `location.href`.
pub(crate) fn address() -> String {
    [origin(), place()].concat()
}

/// The place within this origin: path, query and hash.
pub(crate) fn place() -> String {
    let place = |location: Location| {
        Some([location.pathname().ok()?, location.search().ok()?, location.hash().ok()?].concat())
    };
    location().and_then(place).unwrap_or_default()
}

/// The path alone.
pub(crate) fn path() -> String {
    location().and_then(|location| location.pathname().ok()).unwrap_or_default()
}

/// Replaces the history entry; nothing is loaded and no router notices.
pub(crate) fn replace(url: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Adds a history entry; nothing is loaded and no router notices.
pub(crate) fn push(url: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Tells the router where the page is. It matches paths, so it must not be given a query or a hash.
///
/// # Panics
/// Outside of a `Router`.
pub(crate) fn route(path: &str) {
    navigate_no_history(path);
}

/// Whether the page was loaded by the back or the forward button.
pub(crate) fn is_from_history() -> bool {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    })
}

/// Leaves the page, and its entry in the history unless that is to be replaced.
pub(crate) fn leave(url: &str, replace: bool) {
    if let Some(location) = location() {
        let _ = if replace { location.replace(url) } else { location.assign(url) };
    }
}

/// Leaves the page by `POST`. The content security policy must allow the org under `form-action`.
pub(crate) fn post(action: &str, fields: &[(&'static str, Sensitive)]) {
    // Fails only without a document.
    let _ = try_post(action, fields);
}

fn try_post(action: &str, fields: &[(&'static str, Sensitive)]) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let element = |name: &str, attributes: [(&str, &str); 3]| {
        let element = document.create_element(name).ok()?;
        for (name, value) in attributes {
            element.set_attribute(name, value).ok()?;
        }
        Some(element)
    };
    let form = element("form", [("method", "post"), ("action", action), ("hidden", "")])?;
    for (name, value) in fields {
        let input = element("input", [("type", "hidden"), ("name", name), ("value", value.expose())])?;
        form.append_child(&input).ok()?;
    }
    document.body()?.append_child(&form).ok()?;
    form.unchecked_into::<HtmlFormElement>().submit().ok()
}
