//! The catalogue.

use crate::tab::{Tab, hook};

/// `/products`.
pub(crate) struct Products<'a>(pub(crate) &'a Tab);

impl Products<'_> {
    pub(crate) async fn open(&self) {
        self.0.open("/products").await;
    }

    /// Waits until at least so many are shown.
    pub(crate) async fn shows_at_least(&self, count: usize) {
        self.0
            .until(&format!("{count} products or more"), async || {
                let found = self.0.count(&hook("product-card")).await;
                if found >= count { Ok(()) } else { Err(format!("{found}")) }
            })
            .await;
    }

    pub(crate) async fn shows(&self, count: usize) {
        self.0.see_count(&hook("product-card"), count).await;
    }

    pub(crate) async fn search(&self, text: &str) {
        self.0.fill(&hook("search"), text).await;
    }

    pub(crate) async fn add(&self, product: &str) {
        self.0.click(&hook(&format!("add-{product}"))).await;
    }
}
