//! What is ordered, and where it goes, before it is.

use shared::Address;
use sycamore::prelude::*;

use super::state::{Checkout, priced};
use super::step::at_step;
use crate::cart::PricedLine;
use crate::catalogue::Products;
use crate::elements::line_picture;
use crate::live::live;
use crate::markup::markup;
use crate::pages::account::order::{address_lines, pieces};
use crate::shop::shop;

pub(super) fn part(checkout: Checkout, products: &Products) -> View {
    let products = products.clone();
    let cart = shop().cart.contents();
    let lines = live(move || {
        let lines: Vec<View> = priced(cart, &products).lines.iter().map(line).collect();
        markup! { ul(class="lines") { (lines) } }
    });
    let address = checkout.address.with_untracked(Address::clone);
    let (address, change) = (address_lines(&address), at_step(shop().navigation, None).to_string());
    markup! {
        section(aria-labelledby="your-order") {
            h2(id="your-order", class="section-heading") { "Your order" }
            (lines)
            a(class="summary-link", href="/cart") { "Change the cart" }
            h2(class="section-heading section-heading-later") { "Goes to" }
            (address)
            a(class="summary-link", href=change, data-testid="change-address") { "Change the address" }
        }
    }
}

fn line(line: &PricedLine) -> View {
    let (picture, name) = (line_picture(line), line.name());
    let pieces =
        line.product.as_ref().map(|product| pieces(line.quantity, product.price)).unwrap_or_default();
    let total = line.total().map(|total| total.to_string()).unwrap_or_default();
    let (change, obstacle) = (line.price_change().unwrap_or_default(), line.obstacle().unwrap_or_default());
    markup! {
        li(class="line line-fixed", data-testid="checkout-line") {
            (picture)
            div(class="line-text") {
                span(class="line-name") { (name) }
                p(class="line-unit") { (pieces) }
                p(class="line-change") { (change) }
                p(class="line-obstacle") { (obstacle) }
            }
            strong(class="line-total") { (total) }
        }
    }
}
