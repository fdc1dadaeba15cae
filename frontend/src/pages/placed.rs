//! The order is placed.

use shared::Order;
use sycamore::prelude::*;

use super::heading;
use super::order::order_lines;

use crate::markup::markup;

/// The number, what was bought, and where to go from here.
pub(super) fn placed(order: &Order) -> View {
    let (heading, lines) = (heading("Thank you, we are packing it"), order_lines(order));
    let (number, href) = (order.number.clone(), ["/orders/", &order.number].concat());
    markup! {
        div(class="placed", data-testid="order-placed") {
            img(class="panel-art", src="/art/parcel.svg", alt="", width="320", height="240")
            (heading)
            p(class="page-lead") { "Your order " strong(class="order-number", data-testid="order-number") { (number) } " is placed." }
            (lines)
            div(class="actions") {
                a(class="button", href=href) { "See the order" }
                a(class="button button-quiet", href="/products") { "Back to the shop" }
            }
        }
    }
}
