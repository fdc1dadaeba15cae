//! The keyboard's place, which belongs to a change of page.

use sycamore::web::document;
use wasm_bindgen::JsCast as _;

/// The `id` of each page's `h1`.
pub(super) const HEADING: &str = "page-heading";
/// The `id` of the element around the page.
const MAIN: &str = "main";

/// Moves focus to the page's heading, or to the page where it has none yet.
pub(super) fn heading() {
    on(&[HEADING, MAIN]);
}

/// Moves focus to the first of these elements that is there.
pub(super) fn on(ids: &[&str]) {
    let element = ids.iter().find_map(|id| document().get_element_by_id(id));
    if let Some(element) = element {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}
