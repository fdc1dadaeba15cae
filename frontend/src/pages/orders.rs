//! The person's orders, newest first.

use okta_sycamore::use_auth;
use shared::Order;
use sycamore::prelude::*;

use super::order::status_badge;
use super::{heading, secured::secured};
use crate::dates;
use crate::elements::{empty_panel, line_skeletons};
use crate::loading::loaded;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::shop;
use crate::shop_api::member;

pub(super) fn page() -> View {
    titled("Orders");
    secured(|| {
        let (auth, api) = (use_auth(), shop().api);
        let orders = loaded(
            move || api.orders(auth),
            line_skeletons,
            |answer| member::<Vec<Order>>(answer, "orders").map(|orders| list(&orders)),
        );
        let heading = heading("Your orders");
        markup! {
            div(data-testid="orders-page") {
                div(class="page-head") { (heading) }
                (orders)
            }
        }
    })
}

fn list(orders: &[Order]) -> View {
    if orders.is_empty() {
        let text = "Once you have ordered something, you will find it here.";
        return empty_panel("/art/parcel.svg", "No orders yet", text, ("/products", "Go to the shop"));
    }
    let rows: Vec<View> = orders.iter().map(row).collect();
    markup! { ul(class="orders") { (rows) } }
}

fn row(order: &Order) -> View {
    let (href, number) = (["/orders/", &order.number].concat(), order.number.clone());
    let (date, instant) = (dates::readable(&order.placed_at), order.placed_at.clone());
    let pieces: u32 = order.lines.iter().map(|line| line.quantity.get()).sum();
    let pieces = if pieces == 1 { "1 piece".to_owned() } else { [&pieces.to_string(), " pieces"].concat() };
    let (status, total) = (status_badge(order.status), order.total.to_string());
    markup! {
        li(class="order-row", data-testid="order-row") {
            a(class="order-link", href=href) { (number) }
            time(class="order-date", datetime=instant) { (date) }
            span(class="order-pieces") { (pieces) }
            (status)
            strong(class="order-total") { (total) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_orders_yet_is_said_kindly() {
        assert!(sycamore::render_to_string(|| list(&[])).contains("No orders yet"));
    }

    #[test]
    fn a_row_leads_to_its_order() {
        let html = sycamore::render_to_string(|| list(&[crate::pages::order::sample()]));
        for part in ["href=\"/orders/G-7K3M-92QF\"", "3 pieces", "$37.50", "22 Nov 2026", "Placed"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
