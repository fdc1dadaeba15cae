//! The person's orders.

use crate::browser::{Tab, hook};

/// `/orders`.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a>(pub &'a Tab);

impl Orders<'_> {
    /// Opens it.
    pub async fn open(&self) {
        self.0.open("/orders").await;
    }

    /// Waits for it.
    pub async fn is_shown(&self) {
        self.0.see(&hook("orders-page")).await;
    }

    /// Waits until there are so many, and the first one is this.
    pub async fn shows(&self, count: usize, newest: &str) {
        self.0.see_count(&hook("order-row"), count).await;
        self.0.see_text(&hook("order-row"), newest).await;
    }

    /// Waits until so many rows are there.
    pub async fn shows_rows(&self, count: usize) {
        self.0.see_count(&hook("order-row"), count).await;
    }

    /// Asks for the next page; there is one button for each page, and only the last one shows.
    pub async fn show_more(&self) {
        self.0.click(&format!(".more:not([hidden]) {}", hook("orders-more"))).await;
    }

    /// Waits until no further page is offered.
    pub async fn shows_all(&self) {
        self.0.see_count(".more:not([hidden])", 0).await;
    }

    /// Waits until the newest one is this.
    pub async fn lists_first(&self, newest: &str) {
        self.0.see_text(&hook("order-row"), newest).await;
    }
}
