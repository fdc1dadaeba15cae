//! The cart.

use std::rc::Rc;

use shared::ProductId;
use sycamore::prelude::*;

use super::heading;
use crate::cart::{CartStore, PricedCart, PricedLine};
use crate::catalogue::Products;
use crate::elements::{empty_panel, line_picture, line_skeletons, quantity_stepper};
use crate::live::{live, live_ids, live_text, pressed};
use crate::loading::with_products_of_cart;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::shop;

pub(super) fn page() -> View {
    titled("Cart", "What you are about to buy at Grove.");
    let heading = heading("Your cart");
    let content = with_products_of_cart(line_skeletons, contents);
    markup! {
        div(class="page-head") { (heading) }
        (content)
    }
}

fn contents(products: Products) -> View {
    let cart = shop().cart.contents();
    // Which products there are: only then are lines put up anew, so that the keyboard keeps its place.
    let ids =
        live_ids(move || cart.with(|cart| cart.lines().iter().map(|line| line.product_id.clone()).collect()));
    live(move || {
        let ids = ids.get_clone();
        if ids.is_empty() { nothing() } else { filled(&products, &ids) }
    })
}

fn nothing() -> View {
    empty_panel(
        "/art/empty-cart.svg",
        "Your cart is empty",
        "There is room for a tree in it, or for a packet of seeds.",
        ("/products", "Look around"),
    )
}

fn filled(products: &Products, ids: &[ProductId]) -> View {
    let cart = shop().cart.contents();
    let lines: Vec<View> = ids.iter().map(|id| line(products, id)).collect();
    let products = products.clone();
    let total = live_text(move || cart.with(|cart| PricedCart::of(cart, &products)).total.to_string());
    markup! {
        div(class="with-summary") {
            ul(class="lines") { (lines) }
            aside(class="summary", aria-label="Summary") {
                p(class="summary-row summary-total") { span { "Total" } strong(data-testid="cart-total") { (total) } }
                p(class="summary-note") { "Taxes included, delivery free." }
                a(class="button button-wide", href="/checkout", data-testid="checkout-link") { "Go to checkout" }
                a(class="summary-link", href="/products") { "Keep looking around" }
            }
        }
    }
}

fn line(products: &Products, id: &ProductId) -> View {
    let cart = shop().cart;
    let now = cart.contents().with_untracked(|cart| PricedLine::of(cart, id, products));
    let name = now.name();
    let unit = now
        .product
        .as_ref()
        .map(|product| [&product.price.to_string(), " each"].concat())
        .unwrap_or_default();
    let total = line_text(cart, &now, |line| line.total().map(|total| total.to_string()));
    let obstacle = line_text(cart, &now, PricedLine::obstacle);
    let change = line_text(cart, &now, PricedLine::price_change);
    let stepper = stepper(cart, id, &name);
    let (picture, href) = (line_picture(&now), ["/products/", id.as_str()].concat());
    let (spoken, id) = (["Remove ", &name].concat(), id.clone());
    let remove = pressed(move || cart.set(&id, 0));
    markup! {
        li(class="line", data-testid="cart-line") {
            (picture)
            div(class="line-text") {
                a(class="line-name", href=href) { (name) }
                p(class="line-unit") { (unit) }
                p(class="line-change") { (change) }
                p(class="line-obstacle") { (obstacle) }
            }
            (stepper)
            strong(class="line-total") { (total) }
            button(type="button", class="line-remove", aria-label=spoken, on:click=remove) { "Remove" }
        }
    }
}

/// Something about a line that follows its quantity.
fn line_text(cart: CartStore, line: &PricedLine, text: fn(&PricedLine) -> Option<String>) -> View {
    let line = line.clone();
    live_text(move || {
        let quantity = cart.contents().with(|cart| cart.quantity_of(&line.id));
        text(&PricedLine { quantity, ..line.clone() }).unwrap_or_default()
    })
}

fn stepper(cart: CartStore, id: &ProductId, name: &str) -> View {
    let (shown, changed) = (id.clone(), id.clone());
    let quantity = Rc::new(move || cart.contents().with(|cart| cart.quantity_of(&shown)));
    quantity_stepper(name, quantity, Rc::new(move |wanted| cart.set(&changed, wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage::{stage, visiting};

    fn rendered(lines: &'static [(&'static str, u32)]) -> String {
        sycamore::render_to_string(move || {
            stage(vec![sample("fig-sapling", 1250, 3)]);
            visiting("/cart", lines, page)
        })
    }

    #[test]
    fn an_empty_cart_shows_the_way_to_the_shop() {
        let html = rendered(&[]);
        assert!(html.contains("Your cart is empty") && !html.contains("checkout-link"), "{html}");
    }

    #[test]
    fn lines_are_priced_and_summed() {
        let html = rendered(&[("fig-sapling", 2)]);
        for part in ["data-testid=\"cart-line\"", "$12.50 each", "$25.00", "checkout-link"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn what_cannot_be_bought_is_said() {
        assert!(rendered(&[("fig-sapling", 4)]).contains("Only 3 left"));
        assert!(rendered(&[("gone", 1)]).contains("No longer in the shop"));
    }
}
