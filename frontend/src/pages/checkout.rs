//! The order before it is placed. Prices shown here are today's; the ones that count are the API's.

use okta_sycamore::{Auth, use_auth};
use shared::{NewOrder, Order, ProblemCode};
use sycamore::prelude::*;

use super::heading;
use super::order::pieces;
use super::placed::placed;
use super::secured::secured;
use crate::cart::{PricedCart, PricedLine};
use crate::catalogue::Products;
use crate::checkout;
use crate::elements::{empty_panel, failure_panel, line_picture, line_skeletons};
use crate::live::{live, live_condition, live_flag, live_text, mounted, pressed, signal, start};
use crate::loading::with_products;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::{Shop, shop};
use crate::shop_api::{Failure, Wire as _};

/// How far the shopper has come.
#[derive(Clone)]
enum Phase {
    /// With what went wrong at the last attempt.
    Review(Option<Failure>),
    Placing,
    Placed(Order),
}

/// The checkout's state: of the page, so that nothing is lost when the sign-in state changes below it.
#[derive(Clone, Copy)]
struct Checkout {
    phase: Signal<Phase>,
    scope: NodeHandle,
}

pub(super) fn page() -> View {
    titled("Checkout");
    let catalogue = shop().catalogue;
    mounted(move || catalogue.refresh());
    let checkout = Checkout { phase: signal(Phase::Review(None)), scope: use_current_scope() };
    let done = live_condition(move || checkout.phase.with(|phase| matches!(phase, Phase::Placed(_))));
    secured(move || live(move || if done.get() { confirmation(checkout) } else { review(checkout) }))
}

fn confirmation(checkout: Checkout) -> View {
    match checkout.phase.get_clone_untracked() {
        Phase::Placed(order) => placed(&order),
        _ => View::new(),
    }
}

fn review(checkout: Checkout) -> View {
    let (heading, coupon) = (heading("Checkout"), coupon());
    let content = with_products(line_skeletons, move |products| order_sheet(checkout, products));
    markup! {
        div(class="checkout", data-testid="checkout-page") {
            div(class="page-head") { (heading) (coupon) }
            (content)
        }
    }
}

/// The coupon of the address. Noted only: the shop has no coupons yet, and says nothing it cannot keep.
fn coupon() -> View {
    let code = shop().navigation.address().with_untracked(|address| address.param("coupon"));
    View::from(code.map(|code| {
        let note = ["Coupon ", &code, " noted"].concat();
        markup! { p(class="note", data-testid="coupon") { (note) } }
    }))
}

fn order_sheet(checkout: Checkout, products: Products) -> View {
    let cart = shop().cart.contents();
    live(move || {
        let priced = cart.with(|cart| PricedCart::of(cart, &products));
        if priced.lines.is_empty() { nothing() } else { sheet(checkout, &priced) }
    })
}

fn nothing() -> View {
    empty_panel(
        "/art/empty-cart.svg",
        "There is nothing to check out",
        "Put something into your cart first; it will be waiting here.",
        ("/products", "Go to the shop"),
    )
}

fn sheet(checkout: Checkout, priced: &PricedCart) -> View {
    let lines: Vec<View> = priced.lines.iter().map(line).collect();
    let total = priced.total.to_string();
    let possible = priced.can_be_ordered();
    let hint =
        if possible { "" } else { "Something in your cart cannot be ordered. Change it in the cart first." };
    let (trouble, button) = (trouble(checkout), place_button(checkout, possible));
    markup! {
        div(class="with-summary") {
            section(aria-labelledby="your-order") {
                h2(id="your-order", class="section-heading") { "Your order" }
                ul(class="lines") { (lines) }
                a(class="summary-link", href="/cart") { "Change the cart" }
            }
            section(id="pay", class="summary", aria-labelledby="pay-heading") {
                h2(id="pay-heading", class="section-heading") { "Payment" }
                p(class="summary-note") { "By invoice, after your parcel has arrived." }
                p(class="summary-row summary-total") { span { "Total" } strong(data-testid="checkout-total") { (total) } }
                (trouble)
                p(class="line-obstacle") { (hint) }
                (button)
            }
        }
    }
}

fn line(line: &PricedLine) -> View {
    let (picture, name) = (line_picture(line), line.name());
    let pieces =
        line.product.as_ref().map(|product| pieces(line.quantity, product.price)).unwrap_or_default();
    let total = line.total().map(|total| total.to_string()).unwrap_or_default();
    let obstacle = line.obstacle().unwrap_or_default();
    markup! {
        li(class="line line-fixed", data-testid="checkout-line") {
            (picture)
            div(class="line-text") {
                span(class="line-name") { (name) }
                p(class="line-unit") { (pieces) }
                p(class="line-obstacle") { (obstacle) }
            }
            strong(class="line-total") { (total) }
        }
    }
}

fn trouble(checkout: Checkout) -> View {
    live(move || match checkout.phase.get_clone() {
        Phase::Review(Some(failure)) => failure_panel(&failure, None),
        _ => View::new(),
    })
}

fn place_button(checkout: Checkout, possible: bool) -> View {
    let (auth, shop) = (use_auth(), shop());
    let placing = live_condition(move || checkout.phase.with(|phase| matches!(phase, Phase::Placing)));
    let label =
        live_text(move || if placing.get() { "Placing your order …" } else { "Place order" }.to_owned());
    let disabled = live_flag(move || !possible || placing.get());
    let place = pressed(move || {
        if !placing.get_untracked() {
            place(checkout, auth, shop);
        }
    });
    markup! {
        button(type="button", class="button button-wide", data-testid="place-order", disabled=disabled,
            on:click=place) { (label) }
    }
}

/// Sends the order. Pressed again after a failure it sends the same key, so that an order whose answer got lost
/// is not placed twice.
fn place(checkout: Checkout, auth: Auth, shop: Shop) {
    let order = NewOrder { lines: shop.cart.contents().with_untracked(|cart| cart.lines().to_vec()) };
    let Some(key) = checkout::idempotency_key(&order) else {
        return checkout.phase.set(Phase::Review(Some(Failure::Unreadable)));
    };
    checkout.phase.set(Phase::Placing);
    let answer = shop.api.place(auth, &order, &key);
    let wait: Box<dyn FnOnce()> = Box::new(move || {
        start(async move {
            match answer.await.and_then(|order| Order::read(&order).ok_or(Failure::Unreadable)) {
                Ok(placed) => {
                    checkout::finish();
                    checkout.phase.set(Phase::Placed(placed));
                    shop.cart.take_out(&order.lines);
                }
                Err(failure) => {
                    // That key belongs to another order: keeping it would refuse this one for ever.
                    if failure.is(ProblemCode::IdempotencyKeyReused) {
                        checkout::finish();
                    }
                    checkout.phase.set(Phase::Review(Some(failure)));
                }
            }
            shop.catalogue.refresh();
        });
    });
    checkout.scope.run_in(wait);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage::{alice, stage_as, visiting};
    use okta_sycamore::AuthStatus;

    fn rendered(status: AuthStatus, pieces: u32) -> String {
        sycamore::render_to_string(move || {
            stage_as(status, vec![sample("fig-sapling", 1250, 3)]);
            visiting("/checkout?coupon=SPRING#pay", &[("fig-sapling", pieces)], page)
        })
    }

    #[test]
    fn somebody_signed_in_sees_lines_total_and_coupon() {
        let html = rendered(alice(), 2);
        for part in ["checkout-line", "$25.00", "Coupon SPRING noted", "id=\"pay\"", "place-order"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nobody_sees_nothing() {
        for status in [AuthStatus::Unknown, AuthStatus::Anonymous] {
            assert!(!rendered(status, 2).contains("checkout-line"));
        }
    }

    #[test]
    fn what_the_api_would_refuse_cannot_be_placed() {
        let html = rendered(alice(), 4);
        assert!(html.contains("Only 3 left") && html.contains("disabled"), "{html}");
    }
}
