//! What else belongs to a change of page: the tab's title and the keyboard's place.

use sycamore::web::{document, is_not_ssr};
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

/// `title · Grove`; the shop's own title where there is none.
pub(super) fn set_title(title: &str) {
    if is_not_ssr!() {
        document().set_title(&full_title(title));
    }
}

/// The sentence of the page; the shop's own where there is none.
pub(super) fn set_description(sentence: &str) {
    const SHOP: &str =
        "A small garden shop: young trees, seeds by the packet, honest tools, and what keeps plants well.";
    if is_not_ssr!()
        && let Ok(Some(element)) = document().query_selector("meta[name=description]")
    {
        let _ = element.set_attribute("content", if sentence.is_empty() { SHOP } else { sentence });
    }
}

fn full_title(title: &str) -> String {
    if title.is_empty() {
        "Grove: saplings, seeds and garden tools".to_owned()
    } else {
        [title, " · Grove"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::full_title;

    #[test]
    fn the_tab_names_the_page_and_then_the_shop() {
        assert_eq!(full_title("Cart"), "Cart · Grove");
        assert!(full_title("").starts_with("Grove: "));
    }
}
