//! Search box, shelves and the grid of products, driven by the address alone.

use std::rc::Rc;

use okta_types::decimal;
use shared::{Category, ProductSort};
use sycamore::prelude::*;
use sycamore::web::is_ssr;

use crate::browser;
use crate::catalogue::{AFTER, CATEGORY, Filter, Listing, PAGE, PER_PAGE, SEARCH, SORT};
use crate::elements::{card_skeletons, empty_panel, option, product_card};
use crate::live::{entered, live_attribute, live_property, live_text, pressed};
use crate::loading::with_list;
use crate::markup::markup;
use crate::navigation::{Address, Navigation, focus_on};
use crate::shop::{Shop, shop};

/// The same search from its beginning.
fn first_page(here: &Address) -> Address {
    here.with_param(PAGE, None).with_param(AFTER, None)
}

/// All of it, for the present address.
pub(super) fn shelves() -> View {
    let navigation = shop().navigation;
    let address = navigation.address();
    let (search, shelf_links, sort) = (search_box(navigation), shelf_links(address), sort_menu(navigation));
    let grid = grid(address);
    markup! {
        div(class="browse") {
            (search)
            (shelf_links)
            (sort)
        }
        (grid)
    }
}

/// Each letter changes the address in place: one step in the history for the whole search.
pub(in crate::pages) fn search_box(navigation: Navigation) -> View {
    let address = navigation.address();
    let value = live_property(move || address.with(Filter::of).search);
    let search = move || {
        let text = browser::entry("#search").unwrap_or_default();
        if address.with_untracked(|here| here.param(SEARCH).unwrap_or_default() != text) {
            let target = address.with_untracked(|here| first_page(here).with_param(SEARCH, Some(&text)));
            navigation.go_instead(&target);
        }
    };
    let shelf = shelf_field(address);
    let [typed, left] = [(); 2].map(|()| pressed(search));
    let submitted = Box::new(move |event: web_sys::Event| {
        event.prevent_default();
        search();
    });
    markup! {
        form(id="find", class="search", role="search", on:submit=submitted) {
            label(class="visually-hidden", for="search") { "Search the shop" }
            input(id="search", class="search-input", type="search", data-testid="search", name="q", autocomplete="off",
                placeholder="Search: tomato, birch, spade …", prop:value=value, on:input=typed, on:change=left)
            (shelf)
        }
    }
}

/// Which shelf is searched, where the browser itself has to send the form.
fn shelf_field(address: ReadSignal<Address>) -> Option<View> {
    let shelf = address.with(Filter::of).category.filter(|_| is_ssr!())?.slug();
    Some(markup! { input(type="hidden", name="category", value=shelf) })
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
        let target = address.with(|here| first_page(here).with_param(CATEGORY, category.map(Category::slug)));
        Some(target.to_string().into())
    });
    let current =
        live_attribute(move || (address.with(Filter::of).category == category).then_some("true".into()));
    markup! { a(class="chip", href=href, data-testid=hook, aria-current=current) { (title) } }
}

/// A menu of orders.
fn sort_menu(navigation: Navigation) -> View {
    let address = navigation.address();
    let chosen = entered(move |menu| {
        let sort = menu.value();
        let target = address.with_untracked(|here| first_page(here).with_param(SORT, Some(&sort)));
        navigation.go_instead(&target);
    });
    let choice =
        |sort: ProductSort| option(sort.slug(), sort.title(), move || address.with(Filter::of).sort == sort);
    let options: Vec<View> = ProductSort::ALL.into_iter().map(choice).collect();
    let button = is_ssr!().then(|| {
        markup! { noscript { button(class="button button-small", form="find") { "Sort" } } }
    });
    markup! {
        label(class="sort") {
            span { "Sort by" }
            select(class="menu", name="sort", form="find", data-testid="sort", on:change=chosen) { (options) }
            (button)
        }
    }
}

fn grid(address: ReadSignal<Address>) -> View {
    let list = shop().catalogue.list(Rc::new(move || address.with(Filter::of).query(PER_PAGE)), true);
    let state = list.state();
    let count = live_text(move || {
        state.with(|state| state.ready().map(|listing| counted(listing.total)).unwrap_or_default())
    });
    let page = with_list(list, card_skeletons, move |listing| page(&listing));
    markup! {
        p(id="found", class="found", role="status", tabindex="-1") { (count) }
        (page)
    }
}

fn counted(total: usize) -> String {
    if total == 1 { "1 product".to_owned() } else { [&decimal(total as u64), " products"].concat() }
}

fn page(listing: &Listing) -> View {
    if listing.total == 0 {
        return nothing();
    }
    let cards: Vec<View> = listing.products.iter().map(product_card).collect();
    let links = page_links(listing, PER_PAGE);
    markup! {
        ul(class="grid") { (cards) }
        (links)
    }
}

/// Back and forth, where there is more than one page.
pub(in crate::pages) fn page_links(listing: &Listing, per_page: usize) -> View {
    let pages = listing.total.div_ceil(per_page);
    if pages < 2 {
        return View::new();
    }
    let Shop { catalogue, navigation, .. } = shop();
    let here = navigation.address().get_clone_untracked();
    let Filter { page, after, .. } = Filter::of(&here);
    let position = ["Page ", &decimal(page as u64), " of ", &decimal(pages as u64)].concat();
    let link = |page: usize, after: Option<&str>, label: &'static str, hook: &'static str| {
        // Where the page before is not known it is the first one.
        let page = after.map(|_| decimal(page as u64));
        let href = here.with_param(PAGE, page.as_deref()).with_param(AFTER, after).to_string();
        let up = pressed(|| focus_on("found"));
        markup! { a(class="button button-small button-quiet", href=href, data-testid=hook, on:click=up) { (label) } }
    };
    let before = after.as_deref().map(|after| catalogue.cursor_before(after));
    let back = before.map(|before| link(page - 1, before.as_deref(), "Previous", "page-back"));
    let on = listing.next.as_deref().map(|next| link(page + 1, Some(next), "Next", "page-on"));
    let (back, on) = (View::from(back), View::from(on));
    markup! { nav(class="page-links", aria-label="Pages") { (back) span { (position) } (on) } }
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
    fn what_does_not_fit_on_a_page_has_links() {
        let html = sycamore::render_to_string(|| {
            stage((0..30).map(|n| sample(&format!("p{n}"), 100, 1)).collect());
            visiting("/products?q=the&page=2&after=p23", &[], shelves)
        });
        for part in ["30 products", "Page 2 of 2", "href=\"/products?q=the\"", "add-p29"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("page-on") && !html.contains("add-p0\""), "{html}");
    }

    #[test]
    fn a_search_without_an_answer_says_so() {
        assert!(rendered("/?q=zebra").contains("Nothing grows under that name"));
    }
}
