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

/// What holds input of a person. What is searched for is no loss.
#[cfg(feature = "silent-renewal")]
const FIELDS: &str =
    "form input:not([type=hidden],[type=submit],[type=button],[type=search]),form textarea,form select";

/// Whether a field of a form holds something else than what the page was made with.
#[cfg(feature = "silent-renewal")]
pub(crate) fn has_unsent_input() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let fields = document.and_then(|document| document.query_selector_all(FIELDS).ok());
    fields.is_some_and(|fields| {
        (0..fields.length()).filter_map(|index| fields.item(index)).any(|field| is_changed(&field))
    })
}

/// By the properties that the field has, whatever it is (HTML, "The form elements").
#[cfg(feature = "silent-renewal")]
fn is_changed(field: &JsValue) -> bool {
    let get = |name: &str| js_sys::Reflect::get(field, &name.into()).unwrap_or_default();
    match get("type").as_string().as_deref() {
        Some("checkbox" | "radio") => get("checked") != get("defaultChecked"),
        Some("select-one" | "select-multiple") => {
            let chosen =
                field.unchecked_ref::<web_sys::Element>().query_selector("option[selected]").ok().flatten();
            let index = |option: &JsValue| js_sys::Reflect::get(option, &"index".into()).unwrap_or_default();
            get("selectedIndex") != chosen.map_or(JsValue::from(0), |option| index(&option))
        }
        _ => get("value") != get("defaultValue"),
    }
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
