//! One product.

use std::rc::Rc;

use shared::{Product, ProductId};
use sycamore::prelude::*;

use super::not_found;
use crate::browser;
use crate::catalogue::{Filter, Products};
use crate::elements::{
    basket_button, card_skeletons, picture, product_card, quantity_stepper, stock_note, understood,
};
use crate::live::signal;
use crate::loading::{query_of, with_products};
use crate::markup::markup;
use crate::navigation::titled;

/// How many neighbours of the same shelf are shown below.
const NEIGHBOURS: usize = 4;

pub(super) fn page(id: &str) -> View {
    let Ok(id) = ProductId::parse(id) else { return not_found::page() };
    let query = query_of(&[id]);
    let ready = |products: Products| products.first().map_or_else(not_found::page, details);
    with_products(move || query.clone(), skeleton, ready)
}

fn details(product: &Product) -> View {
    titled(&product.name, &product.summary);
    let path = breadcrumb(product);
    let picture = picture(&product.id, ["Drawing: ", &product.name].concat(), false);
    let (summary, description) = (product.summary.clone(), product.description.clone());
    let (name, price) = (product.name.clone(), product.price.to_string());
    let (stock, buy, neighbours) = (stock_note(product.stock), buy(product), neighbours(product));
    markup! {
        (path)
        article(class="product") {
            div(class="product-art") { (picture) }
            div(class="product-text") {
                h1(id="page-heading", class="page-heading", tabindex="-1", data-testid="product-title") { (name) }
                p(class="page-lead") { (summary) }
                p(class="price price-large") { (price) }
                (stock)
                (buy)
                p(class="product-description") { (description) }
            }
        }
        (neighbours)
    }
}

fn breadcrumb(product: &Product) -> View {
    let href = ["/products?category=", product.category.slug()].concat();
    let shelf = product.category.title();
    markup! {
        nav(class="breadcrumb", aria-label="Where you are") {
            a(href="/products") { "Shop" }
            span(aria-hidden="true") { "›" }
            a(href=href) { (shelf) }
        }
    }
}

fn buy(product: &Product) -> View {
    let pieces = signal(1);
    let stepper = quantity_stepper(
        &product.name,
        Rc::new(move || pieces.get()),
        Rc::new(move |wanted| pieces.set(wanted)),
    );
    let wanted = move || {
        let before = pieces.get_untracked();
        let wanted = browser::entry(".buy input").map_or(before, |text| understood(&text, before));
        pieces.set(wanted);
        wanted
    };
    let button = basket_button(product, "add-to-cart".to_owned(), wanted, true);
    markup! { div(class="buy") { (stepper) (button) } }
}

fn neighbours(product: &Product) -> View {
    let (id, shelf) = (product.id.clone(), Some(product.category));
    // One more, for it may be this product.
    let query = Filter { category: shelf, ..Filter::default() }.query(NEIGHBOURS + 1);
    let ready = move |products: Products| {
        let others = products.iter().filter(|other| other.id != id);
        let cards: Vec<View> = others.take(NEIGHBOURS).map(product_card).collect();
        markup! { ul(class="grid") { (cards) } }
    };
    let cards = with_products(move || query.clone(), card_skeletons, ready);
    markup! {
        section(class="section", aria-labelledby="neighbours") {
            h2(id="neighbours", class="section-heading") { "From the same shelf" }
            (cards)
        }
    }
}

fn skeleton() -> View {
    markup! {
        div(class="product") {
            div(class="product-art skeleton skeleton-picture")
            div(class="product-text") {
                h1(id="page-heading", class="page-heading", tabindex="-1") { "One moment …" }
                div(class="skeleton skeleton-line")
                div(class="skeleton skeleton-line skeleton-short")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage;

    fn rendered(id: &'static str) -> String {
        sycamore::render_to_string(move || {
            stage(vec![sample("fig-sapling", 1250, 3), sample("olive-sapling", 900, 0)]);
            page(id)
        })
    }

    #[test]
    fn a_product_is_shown_with_price_stock_and_neighbours() {
        let html = rendered("fig-sapling");
        for part in ["product-title", "$12.50", "Only 3 left", "add-to-cart", "add-olive-sapling"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn what_the_shop_does_not_have_is_not_found() {
        for id in ["gone", "No Id!"] {
            assert!(rendered(id).contains("data-testid=\"not-found\""), "{id}");
        }
    }
}
