//! What every page of the shop has at its top.

use crate::tab::{Tab, hook};

/// The header.
pub(crate) struct Header<'a>(pub(crate) &'a Tab);

impl Header<'_> {
    pub(crate) const LOGIN: &'static str = "#login-button";
    pub(crate) const LOGOUT: &'static str = "#logout-button";

    /// Waits until the shop knows that nobody is signed in.
    pub(crate) async fn shows_nobody(&self) {
        self.0.see(Self::LOGIN).await;
        self.0.see_count(Self::LOGOUT, 0).await;
    }

    /// Waits until the shop greets this person.
    pub(crate) async fn greets(&self, name: &str) {
        self.0.see_text("#welcome", name).await;
        self.0.see(Self::LOGOUT).await;
        self.0.see_count(Self::LOGIN, 0).await;
    }

    pub(crate) async fn sign_in(&self) {
        self.0.click(Self::LOGIN).await;
    }

    pub(crate) async fn sign_out(&self) {
        self.0.click(Self::LOGOUT).await;
    }

    pub(crate) async fn counts(&self, pieces: u32) {
        self.0.see_text(&hook("cart-count"), &pieces.to_string()).await;
    }

    pub(crate) async fn open_cart(&self) {
        self.0.click(&hook("nav-cart")).await;
    }

    /// Follows the link `nav-{name}`.
    pub(crate) async fn open(&self, name: &str) {
        self.0.click(&hook(&format!("nav-{name}"))).await;
    }
}
