//! The checkout: where the parcel goes, what is in it, and then the order. Prices shown here are today's; the ones
//! that count are the API's.

mod address_form;
mod mistakes;
mod placing;
mod review;
mod state;
mod step;
mod summary;

use okta_sycamore::use_auth;
use sycamore::prelude::*;

use super::heading;
use super::secured::secured;
use crate::catalogue::Products;
use crate::checkout;
use crate::elements::{empty_panel, line_skeletons};
use crate::live::{live, live_attribute, live_condition, mounted, signal};
use crate::loading::with_products_of_cart;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::{Shop, shop};

use placing::{Phase, Placing};
use state::Checkout;
use step::{REVIEW, STEP};

pub(super) fn page() -> View {
    titled("Checkout", "Where your parcel goes, and what is in it.");
    let catalogue = shop().catalogue;
    mounted(move || catalogue.refresh());
    secured(move || {
        let checkout = Checkout { address: signal(checkout::address(use_auth())), placing: Placing::new() };
        mounted(move || checkout.placing.resume());
        sheet(checkout)
    })
}

fn sheet(checkout: Checkout) -> View {
    let (heading, coupon) = (heading("Checkout"), coupon());
    let content = with_products_of_cart(line_skeletons, move |products| content(checkout, products));
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

fn content(checkout: Checkout, products: Products) -> View {
    let Shop { cart, navigation, .. } = shop();
    let (contents, place) = (cart.contents(), navigation.address());
    let phase = checkout.placing.phase();
    // An order that is under way has emptied the cart perhaps; that is no reason to say so.
    let nothing_left = live_condition(move || {
        contents.with(|cart| cart.lines().is_empty()) && phase.with(|phase| matches!(phase, Phase::Idle(_)))
    });
    let at_review = live_condition(move || place.with(|place| place.param(STEP).as_deref() == Some(REVIEW)));
    live(move || {
        if nothing_left.get() {
            return nothing();
        }
        let good = checkout.address.with_untracked(|address| address.tidied().check().is_empty());
        let at_review = at_review.get() && good;
        let part = if at_review { review::part(checkout, &products) } else { address_form::part(checkout) };
        let summary = summary::part(checkout, &products, at_review);
        let steps = steps(at_review);
        markup! {
            (steps)
            div(class="with-summary") { (part) (summary) }
        }
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

/// Where the shopper is on the way to the order.
fn steps(at_review: bool) -> View {
    let step = |label: &'static str, here: bool| {
        let current = live_attribute(move || here.then_some("step".into()));
        markup! { li(class="step", aria-current=current) { (label) } }
    };
    let (address, review, done) =
        (step("Address", !at_review), step("Review", at_review), step("Done", false));
    markup! { ol(class="steps", aria-label="Steps of the checkout") { (address) (review) (done) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage::{alice, stage_as, visiting};
    use okta_sycamore::AuthStatus;
    use shared::Address;

    fn rendered(status: AuthStatus, address: &'static str, pieces: u32) -> String {
        sycamore::render_to_string(move || {
            stage_as(status, vec![sample("fig-sapling", 1250, 3)]);
            visiting(address, &[("fig-sapling", pieces)], page)
        })
    }

    #[test]
    fn somebody_signed_in_is_asked_where_it_goes_and_sees_total_and_coupon() {
        let html = rendered(alice(), "/checkout?coupon=SPRING#pay", 2);
        for part in ["address-name", "postal-code", "$25.00", "Coupon SPRING noted", "id=\"pay\""] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn without_a_good_address_there_is_no_review() {
        let html = rendered(alice(), "/checkout?step=review", 2);
        assert!(html.contains("address-name") && !html.contains("place-order"), "{html}");
    }

    #[test]
    fn the_review_shows_lines_address_and_what_cannot_be_had() {
        let html = sycamore::render_to_string(|| {
            stage_as(alice(), vec![sample("fig-sapling", 1250, 3)]);
            visiting("/checkout?step=review", &[("fig-sapling", 4)], || {
                let checkout = Checkout { address: signal(Address::default()), placing: Placing::new() };
                checkout.address.set(crate::pages::sample_order().address);
                sheet(checkout)
            })
        });
        for part in ["checkout-line", "Only 3 left", "Alice Shopper", "place-order"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(html.contains("disabled"), "{html}");
    }

    #[test]
    fn nobody_sees_nothing() {
        assert!(!rendered(AuthStatus::Anonymous, "/checkout", 2).contains("checkout-page"));
    }
}
