//! What every page of the shop has at its top.

use crate::browser::{Tab, hook};
use crate::scene::Person;

/// The header.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a>(pub &'a Tab);

impl Header<'_> {
    /// There where nobody is signed in.
    pub const LOGIN: &'static str = "#login-button";
    /// There where somebody is.
    pub const LOGOUT: &'static str = "#logout-button";

    /// Waits until the shop knows that nobody is signed in.
    pub async fn shows_nobody(&self) {
        self.0.see(Self::LOGIN).await;
        self.0.see_count(Self::LOGOUT, 0).await;
    }

    /// Waits until the shop greets this person.
    pub async fn greets(&self, person: Person) {
        self.0.see_text("#welcome", &person.account().first_name).await;
        self.0.see(Self::LOGOUT).await;
        self.0.see_count(Self::LOGIN, 0).await;
    }

    /// The button.
    pub async fn sign_in(&self) {
        self.0.click(Self::LOGIN).await;
    }

    /// The button.
    pub async fn sign_out(&self) {
        self.0.click(Self::LOGOUT).await;
    }

    /// Waits until the cart has so many pieces.
    pub async fn counts(&self, pieces: u32) {
        self.0.see_exactly(&hook("cart-count"), &pieces.to_string()).await;
    }

    /// Follows the link to the cart.
    pub async fn open_cart(&self) {
        self.0.click(&hook("nav-cart")).await;
    }

    /// Follows the link `nav-{name}`.
    pub async fn open(&self, name: &str) {
        self.0.click(&hook(&format!("nav-{name}"))).await;
    }
}
