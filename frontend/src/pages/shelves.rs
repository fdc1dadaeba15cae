//! Search box, shelves and the grid of products, driven by the address alone.

use shared::{Category, Product};
use sycamore::prelude::*;

use crate::catalogue::{CATEGORY, Filter, Products, SEARCH};
use crate::elements::{card_skeletons, empty_panel, product_card};
use crate::live::{entered, live, live_attribute, live_ids, live_property};
use crate::loading::with_products;
use crate::markup::markup;
use crate::navigation::{Address, Navigation};
use crate::shop::shop;

/// All of it, for the present address.
pub(super) fn shelves() -> View {
    let navigation = shop().navigation;
    let address = navigation.address();
    let (search, shelf_links) = (search_box(navigation), shelf_links(address));
    let grid = with_products(card_skeletons, move |products| grid(address, products));
    markup! {
        div(class="browse") {
            (search)
            (shelf_links)
        }
        (grid)
    }
}

/// Each letter changes the address in place: one step in the history for the whole search.
fn search_box(navigation: Navigation) -> View {
    let address = navigation.address();
    let value = live_property(move || address.with(Filter::of).search);
    let typed = entered(move |input| {
        let search = input.value();
        let target = address.with_untracked(|here| here.with_param(SEARCH, Some(&search)));
        navigation.go_instead(&target);
    });
    let stay = Box::new(|event: web_sys::Event| event.prevent_default());
    markup! {
        form(class="search", role="search", on:submit=stay) {
            label(class="visually-hidden", for="search") { "Search the shop" }
            input(id="search", class="search-input", type="search", data-testid="search", name="q", autocomplete="off",
                placeholder="Search: tomato, birch, spade …", prop:value=value, on:input=typed)
        }
    }
}

fn shelf_links(address: ReadSignal<Address>) -> View {
    let mut links = vec![shelf_link(address, None, "Everything", "all")];
    links.extend(Category::ALL.map(|shelf| shelf_link(address, Some(shelf), shelf.title(), shelf.slug())));
    markup! { nav(class="chips", aria-label="Shelves") { (links) } }
}

fn shelf_link(
    address: ReadSignal<Address>,
    category: Option<Category>,
    title: &'static str,
    slug: &str,
) -> View {
    let hook = ["category-", slug].concat();
    let href = live_attribute(move || {
        Some(address.with(|here| here.with_param(CATEGORY, category.map(Category::slug)).to_string()).into())
    });
    let current =
        live_attribute(move || (address.with(Filter::of).category == category).then_some("true".into()));
    markup! { a(class="chip", href=href, data-testid=hook, aria-current=current) { (title) } }
}

fn grid(address: ReadSignal<Address>, products: Products) -> View {
    let all = products.clone();
    let found = live_ids(move || address.with(Filter::of).apply(&all));
    live(move || {
        let found = found.get_clone();
        let found: Vec<&Product> = products.iter().filter(|product| found.contains(&product.id)).collect();
        cards(&found)
    })
}

fn cards(found: &[&Product]) -> View {
    let count = if found.len() == 1 {
        "1 product".to_owned()
    } else {
        [&found.len().to_string(), " products"].concat()
    };
    let nothing = found.is_empty().then(nothing);
    let cards: Vec<View> = found.iter().map(|product| product_card(product)).collect();
    markup! {
        p(class="found", role="status") { (count) }
        ul(class="grid") { (cards) }
        (nothing)
    }
}

fn nothing() -> View {
    empty_panel(
        "/art/lost.svg",
        "Nothing grows under that name",
        "Try another word, or look through everything.",
        ("/products", "Show everything"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage::{stage, visiting};

    fn rendered(address: &'static str) -> String {
        sycamore::render_to_string(move || {
            stage(vec![sample("tomato", 299, 9), sample("carrot", 199, 9)]);
            visiting(address, &[], shelves)
        })
    }

    #[test]
    fn the_address_decides_what_is_shown() {
        let html = rendered("/products?q=carrot");
        assert!(
            html.contains("add-carrot") && !html.contains("add-tomato") && html.contains("1 product"),
            "{html}"
        );
    }

    #[test]
    fn a_shelf_link_keeps_the_search() {
        let html = rendered("/products?q=tomato");
        assert!(html.contains("/products?q=tomato&amp;category=tools"), "{html}");
    }

    #[test]
    fn a_search_without_an_answer_says_so() {
        assert!(rendered("/?q=zebra").contains("Nothing grows under that name"));
    }
}
