//! The cart.

use crate::tab::{Tab, hook};

/// `/cart`.
pub(crate) struct Cart<'a>(pub(crate) &'a Tab);

impl Cart<'_> {
    pub(crate) async fn shows_lines(&self, count: usize) {
        self.0.see_count(&hook("cart-line"), count).await;
    }

    pub(crate) async fn total(&self) -> String {
        self.0.see(&hook("cart-total")).await
    }

    pub(crate) async fn check_out(&self) {
        self.0.click(&hook("checkout-link")).await;
    }
}
