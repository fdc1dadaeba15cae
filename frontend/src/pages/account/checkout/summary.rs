//! What it costs, how it is paid, and the button that orders it.

use sycamore::prelude::*;

use super::placing::Phase;
use super::state::{Checkout, priced};
use crate::catalogue::Products;
use crate::elements::failure_panel;
use crate::live::{live, live_condition, live_flag, live_text, pressed};
use crate::markup::markup;
use crate::shop::shop;
use crate::shop_api::Failure;

pub(super) fn part(checkout: Checkout, products: &Products, at_review: bool) -> View {
    let cart = shop().cart.contents();
    let shown = products.clone();
    let total = live_text(move || priced(cart, &shown).total.to_string());
    let trouble = trouble(checkout);
    let order = at_review.then(|| order(checkout, products));
    markup! {
        section(id="pay", class="summary", aria-labelledby="pay-heading") {
            h2(id="pay-heading", class="section-heading") { "Payment" }
            p(class="summary-note") { "By invoice, after your parcel has arrived. Taxes included, delivery free." }
            p(class="summary-row summary-total") { span { "Total" } strong(data-testid="checkout-total") { (total) } }
            (trouble)
            (order)
        }
    }
}

/// What went wrong at the last attempt, and what helps.
fn trouble(checkout: Checkout) -> View {
    let phase = checkout.placing.phase();
    live(move || match phase.get_clone() {
        Phase::Idle(Some(Failure::StepUp)) => step_up(checkout),
        Phase::Idle(Some(failure)) => failure_panel(&failure, None),
        _ => View::new(),
    })
}

fn step_up(checkout: Checkout) -> View {
    let (title, advice) = (Failure::StepUp.title(), Failure::StepUp.advice());
    markup! {
        div(class="panel panel-failure", role="alert", data-testid="step-up") {
            p(class="panel-title") { (title) }
            p(class="panel-text") { (advice) }
            button(type="button", class="button", data-testid="step-up-continue",
                on:click=pressed(move || checkout.placing.step_up())) { "Confirm and place the order" }
        }
    }
}

fn order(checkout: Checkout, products: &Products) -> View {
    let cart = shop().cart.contents();
    let phase = checkout.placing.phase();
    let products = products.clone();
    let busy = live_condition(move || phase.with(|phase| !matches!(phase, Phase::Idle(_))));
    let known = products.clone();
    let possible = live_condition(move || priced(cart, &known).can_be_ordered());
    let hint = live_text(move || {
        let hint = if possible.get() {
            ""
        } else {
            "Something in your cart cannot be ordered. Change it in the cart first."
        };
        hint.to_owned()
    });
    let label = live_text(move || if busy.get() { "Placing your order …" } else { "Place order" }.to_owned());
    let disabled = live_flag(move || !possible.get() || busy.get());
    let place = pressed(move || checkout.placing.place(checkout.address, priced(cart, &products).total));
    markup! {
        p(class="line-obstacle") { (hint) }
        button(type="button", class="button button-wide", data-testid="place-order", disabled=disabled,
            on:click=place) { (label) }
    }
}
