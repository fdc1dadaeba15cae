//! One order.

use okta_sycamore::use_auth;
use shared::{Money, Order, OrderLine, OrderStatus};
use sycamore::prelude::*;

use super::secured::secured;
use crate::dates;
use crate::elements::{line_skeletons, picture};
use crate::loading::loaded;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::shop;
use crate::shop_api::Wire as _;

pub(super) fn page(number: String) -> View {
    let title = ["Order ", &number].concat();
    titled(&title);
    secured(move || {
        let (auth, api, number, title) = (use_auth(), shop().api, number.clone(), title.clone());
        let order = loaded(
            move || api.order(auth, &number),
            line_skeletons,
            |answer| Order::read(answer).map(|order| details(&order)),
        );
        markup! {
            nav(class="breadcrumb", aria-label="Where you are") { a(href="/orders") { "Orders" } }
            div(class="page-head") { h1(id="page-heading", class="page-heading", tabindex="-1") { (title) } }
            (order)
        }
    })
}

fn details(order: &Order) -> View {
    let (date, instant) = (dates::readable(&order.placed_at), order.placed_at.clone());
    let (status, lines) = (status_badge(order.status), order_lines(order));
    markup! {
        div(class="order", data-testid="order-page") {
            p(class="order-facts") { (status) " Placed on " time(datetime=instant) { (date) } }
            (lines)
        }
    }
}

/// What was bought, at the prices of then.
pub(super) fn order_lines(order: &Order) -> View {
    let lines: Vec<View> = order.lines.iter().map(line).collect();
    let total = order.total.to_string();
    markup! {
        ul(class="lines") { (lines) }
        p(class="summary-row summary-total") { span { "Total" } strong { (total) } }
    }
}

fn line(line: &OrderLine) -> View {
    let (picture, name) = (picture(&line.product_id, String::new(), false), line.name.clone());
    let pieces = pieces(line.quantity.get(), line.unit_price);
    let total = line.unit_price.times(line.quantity.get()).map(|total| total.to_string()).unwrap_or_default();
    markup! {
        li(class="line line-fixed") {
            (picture)
            div(class="line-text") { span(class="line-name") { (name) } p(class="line-unit") { (pieces) } }
            strong(class="line-total") { (total) }
        }
    }
}

/// `3 × $12.50`
pub(super) fn pieces(quantity: u32, price: Money) -> String {
    [&quantity.to_string(), " × ", &price.to_string()].concat()
}

/// Where the order stands, in a word.
pub(super) fn status_badge(status: OrderStatus) -> View {
    let (class, word) = match status {
        OrderStatus::Placed => ("badge", "Placed"),
        OrderStatus::Shipped => ("badge badge-good", "Shipped"),
        OrderStatus::Cancelled => ("badge badge-off", "Cancelled"),
    };
    markup! { span(class=class) { (word) } }
}

/// An order for tests.
#[cfg(test)]
pub(crate) fn sample() -> Order {
    use shared::{ProductId, Quantity};
    let line = OrderLine {
        product_id: ProductId::parse("fig-sapling").unwrap(),
        name: "Fig".to_owned(),
        quantity: Quantity::new(3).unwrap(),
        unit_price: Money::from_cents(1250),
    };
    Order {
        number: "G-7K3M-92QF".to_owned(),
        placed_at: "2026-11-22T19:49:05Z".to_owned(),
        status: OrderStatus::Placed,
        lines: vec![line],
        total: Money::from_cents(3750),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_shows_the_prices_of_then() {
        let html = sycamore::render_to_string(|| details(&sample()));
        for part in ["3 × $12.50", "$37.50", "22 Nov 2026, 19:49"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
