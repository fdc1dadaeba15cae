//! The checkout.

use crate::tab::{Tab, hook};

/// `/checkout`.
pub(crate) struct Checkout<'a>(pub(crate) &'a Tab);

impl Checkout<'_> {
    /// Waits for the page itself, which only those see who are signed in.
    pub(crate) async fn is_shown(&self) {
        self.0.see(&hook("checkout-page")).await;
    }

    pub(crate) async fn shows_lines(&self, count: usize) {
        self.0.see_count(&hook("checkout-line"), count).await;
    }

    /// Says where the parcel goes, and goes on to the review.
    pub(crate) async fn fill_in_address(&self) {
        for (field, text) in [
            ("name", "Alice Shopper"),
            ("street", "12 Orchard Lane"),
            ("city", "Portland"),
            ("region", "Oregon"),
            ("postal_code", "97201"),
        ] {
            self.0.fill(&hook(&format!("address-{field}")), text).await;
        }
        self.0.click(&format!("{} option[value=US]", hook("address-country"))).await;
        self.0.click(&hook("checkout-continue")).await;
        self.0.see(&hook("place-order")).await;
    }

    /// Places the order from the review; gives its number.
    pub(crate) async fn place_order(&self) -> String {
        self.0.click(&hook("place-order")).await;
        self.placed().await
    }

    /// Places an order that needs a stronger sign-in, and agrees to that; the page leaves for it.
    pub(crate) async fn place_and_confirm(&self) {
        self.0.click(&hook("place-order")).await;
        self.0.see(&hook("step-up")).await;
        self.0.click(&hook("step-up-continue")).await;
    }

    /// Waits for an order that was placed by itself; gives its number.
    pub(crate) async fn placed(&self) -> String {
        self.0.see(&hook("order-placed")).await;
        self.0.see(&hook("order-number")).await
    }
}
