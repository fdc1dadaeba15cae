//! The person's orders.

use crate::tab::{Tab, hook};

/// `/orders`.
pub(crate) struct Orders<'a>(pub(crate) &'a Tab);

impl Orders<'_> {
    pub(crate) async fn open(&self) {
        self.0.open("/orders").await;
    }

    pub(crate) async fn is_shown(&self) {
        self.0.see(&hook("orders-page")).await;
    }

    /// Waits until there are so many, and the first one is this.
    pub(crate) async fn shows(&self, count: usize, newest: &str) {
        self.0.see_count(&hook("order-row"), count).await;
        self.0.see_text(&hook("order-row"), newest).await;
    }
}
