//! The button that puts a product into the cart.

use shared::Product;
use sycamore::prelude::*;

use crate::live::pressed;
use crate::markup::markup;
use crate::shop::{Shop, shop};

const UNSAVED: &str = ". This browser has no room to save it: it will be gone when you reload the page.";

/// Adds `pieces()` of the product and says so. Cannot be pressed where the product is sold out.
pub(crate) fn basket_button(
    product: &Product,
    hook: String,
    pieces: impl Fn() -> u32 + 'static,
    wide: bool,
) -> View {
    let Shop { cart, toasts, .. } = shop();
    let (id, name, price) = (product.id.clone(), product.name.clone(), product.price);
    let sold_out = product.stock == 0;
    let label = if sold_out { "Sold out" } else { "Add to cart" };
    let spoken = [label, ": ", &name].concat();
    let class = if wide { "button button-wide" } else { "button button-small" };
    let add = pressed(move || {
        cart.add(&id, pieces(), price);
        let unsaved = if cart.is_unsaved() { UNSAVED } else { "" };
        toasts.show([&name, " is in your cart", unsaved].concat());
    });
    markup! {
        button(type="button", class=class, data-testid=hook, aria-label=spoken, disabled=sold_out, on:click=add) {
            (label)
        }
    }
}
