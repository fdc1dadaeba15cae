//! Orders, the newest first, and more of them on demand.

use std::rc::Rc;

use okta_sycamore::{Json, use_auth};
use shared::{Order, OrderStatus};
use sycamore::prelude::*;

use super::order::status_badge;
use crate::dates;
use crate::elements::{empty_panel, failure_panel, line_skeletons};
use crate::live::{live, live_flag, pressed, signal, start};
use crate::loading::loaded;
use crate::markup::markup;
use crate::shop::shop;
use crate::shop_api::{Failure, Whose, member};

/// The orders of these people, of this status or of all.
pub(super) fn order_list(whose: Whose, status: Option<OrderStatus>) -> View {
    let (auth, api) = (use_auth(), shop().api);
    let status = status.map_or("", OrderStatus::as_str);
    let drawn = move |answer: &Json| {
        let orders: Vec<Order> = member(answer, "orders")?;
        Some(list(whose, status, &orders, member(answer, "next_cursor")))
    };
    loaded(move || api.orders(auth, whose, status, None), line_skeletons, drawn)
}

fn list(whose: Whose, status: &'static str, orders: &[Order], next: Option<String>) -> View {
    if orders.is_empty() {
        let text = "Once something has been ordered, you will find it here.";
        return empty_panel("/art/parcel.svg", "No orders yet", text, ("/products", "Go to the shop"));
    }
    let rows: Vec<View> = orders.iter().map(|order| row(whose, order)).collect();
    let more = more(whose, status, next);
    markup! { ul(class="orders") { (rows) } (more) }
}

/// The button, and in its place what it brings.
fn more(whose: Whose, status: &'static str, next: Option<String>) -> View {
    let Some(next) = next else { return View::new() };
    let (auth, api, scope) = (use_auth(), shop().api, use_current_scope());
    let answer: Signal<Option<Result<Rc<Json>, Failure>>> = signal(None);
    let busy = signal(false);
    let fetch = pressed(move || {
        busy.set(true);
        let asked = api.orders(auth, whose, status, Some(&next));
        start(scope, async move {
            let came = asked.await;
            busy.set(false);
            answer.set(Some(came.map(Rc::new)));
        });
    });
    let (came, disabled) =
        (live(move || came(whose, status, answer.get_clone())), live_flag(move || busy.get()));
    let hidden = live_flag(move || answer.with(|answer| matches!(answer, Some(Ok(_)))));
    markup! {
        div(class="more", hidden=hidden) {
            button(type="button", class="button button-quiet", data-testid="orders-more", disabled=disabled,
                on:click=fetch) { "Show more" }
        }
        (came)
    }
}

fn came(whose: Whose, status: &'static str, answer: Option<Result<Rc<Json>, Failure>>) -> View {
    let read = |page: Rc<Json>| {
        let orders: Vec<Order> = member(&page, "orders").ok_or(Failure::Unreadable)?;
        Ok((orders, member(&page, "next_cursor")))
    };
    match answer.map(|answer| answer.and_then(read)) {
        None => View::new(),
        Some(Err(failure)) => failure_panel(&failure, None),
        Some(Ok((orders, next))) if !orders.is_empty() => list(whose, status, &orders, next),
        Some(Ok(_)) => View::new(),
    }
}

fn row(whose: Whose, order: &Order) -> View {
    let (path, who) = match whose {
        Whose::Own => ("/orders/", String::new()),
        Whose::Everyones => ("/staff/orders/", [&order.address.name, ", "].concat()),
    };
    let (href, number) = ([path, &order.number].concat(), order.number.clone());
    let (date, instant) = (dates::readable(&order.placed_at), order.placed_at.clone());
    let pieces: u32 = order.lines.iter().map(|line| line.quantity.get()).sum();
    let pieces = [who.as_str(), &pieces.to_string(), if pieces == 1 { " piece" } else { " pieces" }].concat();
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
    use crate::pages::stage::{alice, stage_as};

    fn rendered(whose: Whose, orders: &'static [Order], next: Option<&'static str>) -> String {
        sycamore::render_to_string(move || {
            stage_as(alice(), vec![]);
            list(whose, "", orders, next.map(str::to_owned))
        })
    }

    #[test]
    fn no_orders_yet_is_said_kindly() {
        assert!(rendered(Whose::Own, &[], None).contains("No orders yet"));
    }

    #[test]
    fn a_row_leads_to_its_order() {
        let orders = vec![crate::pages::account::order::sample()].leak();
        let html = rendered(Whose::Own, orders, None);
        for part in ["href=\"/orders/G-7K3M-92QF\"", "3 pieces", "$37.50", "22 Nov 2026", "Placed"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("orders-more"), "{html}");
        let html = rendered(Whose::Everyones, orders, Some("c"));
        for part in ["href=\"/staff/orders/G-7K3M-92QF\"", "Alice Shopper", "orders-more"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
