//! The cart.

use crate::browser::{Tab, hook};

/// `/cart`.
#[derive(Clone, Copy, Debug)]
pub struct Cart<'a>(pub &'a Tab);

impl Cart<'_> {
    /// Waits until it has so many lines.
    pub async fn shows_lines(&self, count: usize) {
        self.0.see_count(&hook("cart-line"), count).await;
    }

    /// What it costs.
    pub async fn total(&self) -> String {
        self.0.see(&hook("cart-total")).await
    }

    /// Goes on to the checkout.
    pub async fn check_out(&self) {
        self.0.click(&hook("checkout-link")).await;
    }

    /// Opens it.
    pub async fn open(&self) {
        self.0.open("/cart").await;
    }

    /// Waits until it says that nothing is in it.
    pub async fn is_empty(&self) {
        self.0.see(".panel-empty").await;
    }
}
