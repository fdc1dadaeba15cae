//! The catalogue.

use crate::browser::{Tab, hook};

/// `/products`.
#[derive(Clone, Copy, Debug)]
pub struct Products<'a>(pub &'a Tab);

impl Products<'_> {
    /// Opens it.
    pub async fn open(&self) {
        self.0.open("/products").await;
    }

    /// Waits until at least so many are shown.
    pub async fn shows_at_least(&self, count: usize) {
        self.0
            .until(&format!("{count} products or more"), async || {
                let found = self.0.count(&hook("product-card")).await;
                if found >= count { Ok(()) } else { Err(format!("{found}")) }
            })
            .await;
    }

    /// Waits until exactly so many are shown.
    pub async fn shows(&self, count: usize) {
        self.0.see_count(&hook("product-card"), count).await;
    }

    /// Types into the search field.
    pub async fn search(&self, text: &str) {
        self.0.fill(&hook("search"), text).await;
    }

    /// Puts one piece into the cart.
    pub async fn add(&self, product: &str) {
        self.0.click(&hook(&format!("add-{product}"))).await;
    }
}
