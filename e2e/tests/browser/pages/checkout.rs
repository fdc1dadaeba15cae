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

    /// Places the order; gives its number.
    pub(crate) async fn place_order(&self) -> String {
        self.0.click(&hook("place-order")).await;
        self.0.see(&hook("order-placed")).await;
        self.0.see(&hook("order-number")).await
    }
}
