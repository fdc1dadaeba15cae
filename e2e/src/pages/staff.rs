//! What the staff do: everybody's orders, and what is on the shelves.

use crate::browser::{Tab, hook};

/// `/staff` and below.
#[derive(Clone, Copy, Debug)]
pub struct Staff<'a>(pub &'a Tab);

impl Staff<'_> {
    /// Opens the shelves.
    pub async fn open_stock(&self) {
        self.0.open("/staff/stock").await;
        self.0.see(&hook("stock-row")).await;
    }

    /// Waits until so many pieces of a product are in stock.
    pub async fn has_in_stock(&self, product: &str, pieces: u32) {
        self.0.see_text(&Self::row(product), &format!("{pieces} in stock")).await;
    }

    /// How many pieces of a product are in stock.
    pub async fn in_stock(&self, product: &str) -> u32 {
        let text = self.0.see(&format!("{} .stock-left", Self::row(product))).await;
        text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// A delivery of so many pieces.
    pub async fn restock(&self, product: &str, pieces: u32) {
        self.0.fill(&format!("{} input", Self::row(product)), &pieces.to_string()).await;
        self.0.click(&hook(&format!("restock-{product}"))).await;
    }

    /// Waits for the page that says this is not for everybody.
    pub async fn is_forbidden(&self) {
        self.0.see(&hook("forbidden")).await;
    }

    fn row(product: &str) -> String {
        format!("{}:has({})", hook("stock-row"), hook(&format!("restock-{product}")))
    }
}
