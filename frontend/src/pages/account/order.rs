//! One order: the person's, or anyone's for staff. The page that follows an order says thank you first.

use okta_sycamore::use_auth;
use shared::{Address, Money, Order, OrderLine, OrderStatus};
use sycamore::prelude::*;

use super::order_actions::actions;
use super::secured::secured;
use crate::dates;
use crate::elements::{line_skeletons, picture};
use crate::live::{live, live_condition, signal};
use crate::loading::loaded;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::shop;
use crate::shop_api::{Whose, Wire as _};

pub(super) fn page(number: String) -> View {
    secured(move || one(Whose::Own, number.clone()))
}

/// The order of that number.
pub(super) fn one(whose: Whose, number: String) -> View {
    let title = ["Order ", &number].concat();
    titled(&title, "");
    let (auth, api) = (use_auth(), shop().api);
    let (all, label) = match whose {
        Whose::Own => ("/orders", "Orders"),
        Whose::Everyones => ("/staff", "All orders"),
    };
    let drawn = match whose {
        Whose::Own => |answer: &_| Order::read(answer).map(|order| details(Whose::Own, order)),
        Whose::Everyones => |answer: &_| Order::read(answer).map(|order| details(Whose::Everyones, order)),
    };
    let order = loaded(move || api.order(auth, whose, &number), line_skeletons, drawn);
    let head = if just_placed() {
        thanks()
    } else {
        markup! { h1(id="page-heading", class="page-heading", tabindex="-1") { (title) } }
    };
    markup! {
        nav(class="breadcrumb", aria-label="Where you are") { a(href=all) { (label) } }
        div(class="page-head") { (head) }
        (order)
    }
}

fn just_placed() -> bool {
    shop().navigation.address().with_untracked(|address| address.param("placed").is_some())
}

fn thanks() -> View {
    markup! {
        div(class="placed", data-testid="order-placed") {
            img(class="panel-art", src="/art/parcel.svg", alt="", width="320", height="240")
            h1(id="page-heading", class="page-heading", tabindex="-1") { "Thank you, we are packing it" }
            p(class="page-lead") { "You will find it under Orders. The invoice comes after the parcel." }
            a(class="button button-quiet", href="/products") { "Back to the shop" }
        }
    }
}

/// The order as it stands, and what can still be done with it.
fn details(whose: Whose, order: Order) -> View {
    let number = order.number.clone();
    let (date, instant) = (dates::readable(&order.placed_at), order.placed_at.clone());
    let (lines, address) = (order_lines(&order), address_lines(&order.address));
    let status = signal(order);
    let badge = live(move || status_badge(status.with(|order| order.status)));
    let open = live_condition(move || status.with(|order| order.status == OrderStatus::Placed));
    let actions = live(move || if open.get() { actions(whose, status) } else { View::new() });
    markup! {
        div(class="order", data-testid="order-page") {
            p(class="order-facts", role="status") {
                strong(class="order-number", data-testid="order-number") { (number) } (badge)
                span { "Placed on " time(datetime=instant) { (date) } }
            }
            (lines)
            h2(class="section-heading section-heading-later") { "Goes to" }
            (address)
            (actions)
        }
    }
}

/// What was bought, at the prices of then.
fn order_lines(order: &Order) -> View {
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

/// An address as it stands on a parcel.
pub(super) fn address_lines(address: &Address) -> View {
    let town = [&address.postal_code, " ", &address.city].concat();
    let country = shared::countries().find(|(code, _)| *code == address.country).map(|(_, name)| name);
    let country = country.unwrap_or(&address.country).to_owned();
    let lines = [&address.name, &address.street, &address.extra, &town, &address.region, &country];
    let filled = lines.into_iter().filter(|line| !line.trim().is_empty());
    let lines: Vec<View> = filled
        .map(|line| {
            let line = line.clone();
            markup! { span { (line) } }
        })
        .collect();
    markup! { address(class="parcel", data-testid="parcel-address") { (lines) } }
}

/// Where the order stands, in a word.
pub(super) fn status_badge(status: OrderStatus) -> View {
    let class = match status {
        OrderStatus::Placed => "badge",
        OrderStatus::Shipped => "badge badge-good",
        OrderStatus::Cancelled => "badge badge-off",
    };
    let word = status_word(status);
    markup! { span(class=class, data-testid="order-status") { (word) } }
}

pub(super) fn status_word(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed => "Placed",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Cancelled => "Cancelled",
    }
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
    let part = str::to_owned;
    Order {
        number: "G-7K3M-92QF".to_owned(),
        placed_at: "2026-11-22T19:49:05Z".to_owned(),
        status: OrderStatus::Placed,
        status_since: "2026-11-22T19:49:05Z".to_owned(),
        lines: vec![line],
        total: Money::from_cents(3750),
        address: Address {
            name: part("Alice Shopper"),
            street: part("12 Orchard Lane"),
            city: part("Portland"),
            region: part("Oregon"),
            postal_code: part("97201"),
            country: part("US"),
            ..Address::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::stage::{alice, stage_as};

    fn rendered(whose: Whose, status: OrderStatus) -> String {
        sycamore::render_to_string(move || {
            stage_as(alice(), vec![]);
            details(whose, Order { status, ..sample() })
        })
    }

    #[test]
    fn an_order_shows_the_prices_of_then_and_where_it_goes() {
        let html = rendered(Whose::Own, OrderStatus::Placed);
        for part in ["3 × $12.50", "$37.50", "22 Nov 2026, 19:49", "97201 Portland", "United States"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn what_can_be_done_depends_on_status_and_person() {
        for (whose, status, cancel, ship) in [
            (Whose::Own, OrderStatus::Placed, true, false),
            (Whose::Everyones, OrderStatus::Placed, true, true),
            (Whose::Own, OrderStatus::Shipped, false, false),
            (Whose::Everyones, OrderStatus::Cancelled, false, false),
        ] {
            let html = rendered(whose, status);
            assert_eq!(
                (html.contains("cancel-order"), html.contains("ship-order")),
                (cancel, ship),
                "{whose:?} {status:?}"
            );
        }
    }
}
