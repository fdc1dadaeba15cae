//! What the shop tells across all pages: about the session, about the cart, and short confirmations.

use crate::browser::{Tab, hook};

/// Banners and toasts.
#[derive(Clone, Copy, Debug)]
pub struct Notices<'a>(pub &'a Tab);

impl Notices<'_> {
    /// Waits for a banner about the session that holds this text.
    pub async fn tell_of_the_session(&self, part: &str) {
        self.0.see_text(&hook("notice"), part).await;
    }

    /// Waits for the news about the cart that hold this text.
    pub async fn tell_of_the_cart(&self, part: &str) {
        self.0.see_text(&hook("cart-news"), part).await;
    }

    /// Puts the news about the cart away.
    pub async fn dismiss_the_carts(&self) {
        self.0.click(&hook("cart-news-dismiss")).await;
        self.0.see_count(&hook("cart-news"), 0).await;
    }

    /// Waits for a short confirmation.
    pub async fn confirm(&self, part: &str) {
        self.0.see_text(&hook("toast"), part).await;
    }

    /// Waits for a panel that says what went wrong; gives its text.
    pub async fn failure(&self) -> String {
        self.0.see(&hook("failure")).await
    }
}
