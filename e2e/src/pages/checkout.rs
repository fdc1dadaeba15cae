//! The checkout.

use crate::browser::{Tab, hook};

/// `/checkout`.
#[derive(Clone, Copy, Debug)]
pub struct Checkout<'a>(pub &'a Tab);

impl Checkout<'_> {
    /// Waits for the page itself, which only those see who are signed in.
    pub async fn is_shown(&self) {
        self.0.see(&hook("checkout-page")).await;
    }

    /// Waits until it has so many lines.
    pub async fn shows_lines(&self, count: usize) {
        self.0.see_count(&hook("checkout-line"), count).await;
    }

    /// Says where the parcel goes, and goes on to the review.
    pub async fn fill_in_address(&self) {
        self.type_address().await;
        self.0.click(&hook("checkout-continue")).await;
        self.0.see(&hook("place-order")).await;
    }

    /// Says where the parcel goes.
    pub async fn type_address(&self) {
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
    }

    /// Waits until the field for the name holds this.
    pub async fn names(&self, recipient: &str) {
        let script = "return document.querySelector(arguments[0])?.value ?? null";
        let field = hook("address-name");
        self.0
            .until("the recipient", async || {
                let name = self.0.run(script, vec![field.clone().into()]).await;
                if name == *recipient { Ok(()) } else { Err(name.to_string()) }
            })
            .await;
    }

    /// Places the order from the review; gives its number.
    pub async fn place_order(&self) -> String {
        self.0.click(&hook("place-order")).await;
        self.placed().await
    }

    /// Places an order that needs a stronger sign-in, and agrees to that; the page leaves for it.
    pub async fn place_and_confirm(&self) {
        self.0.click(&hook("place-order")).await;
        self.0.see(&hook("step-up")).await;
        self.0.click(&hook("step-up-continue")).await;
    }

    /// Waits for an order that was placed by itself; gives its number.
    pub async fn placed(&self) -> String {
        self.0.see(&hook("order-placed")).await;
        self.0.see(&hook("order-number")).await
    }

    /// Presses the button and waits for nothing.
    pub async fn press_place(&self) {
        self.0.click(&hook("place-order")).await;
    }

    /// Waits until the whole costs this, as it is written.
    pub async fn costs(&self, total: &str) {
        self.0.see_text(&hook("checkout-total"), total).await;
    }
}
