//! What a page says of itself in its head: its title and a sentence.

#[cfg(target_arch = "wasm32")]
use sycamore::web::document;

/// Of a page that is rendered to text: the title and the sentence, to be put into the head by whoever asked for the page.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
pub(crate) struct Head(pub(crate) sycamore::prelude::Signal<[String; 2]>);

/// Sets both; what is empty is the shop's own.
pub(super) fn set(title: &str, sentence: &str) {
    const SHOP: &str =
        "A small garden shop: young trees, seeds by the packet, honest tools, and what keeps plants well.";
    write(&full_title(title), if sentence.is_empty() { SHOP } else { sentence });
}

#[cfg(target_arch = "wasm32")]
fn write(title: &str, sentence: &str) {
    document().set_title(title);
    if let Ok(Some(element)) = document().query_selector("meta[name=description]") {
        let _ = element.set_attribute("content", sentence);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn write(title: &str, sentence: &str) {
    if let Some(Head(head)) = sycamore::prelude::try_use_context() {
        head.set_silent([title, sentence].map(str::to_owned));
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
