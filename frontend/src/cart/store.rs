//! Where the cart lives: a signal in front of the browser's storage, the same for all tabs.

use shared::{Money, ProductId};
use sycamore::prelude::*;

use super::Cart;
use crate::browser;
use crate::live::signal;

/// The `1` is the version of the format: a later one reads this key, converts and moves on.
const KEY: &str = "grove.cart.v1";

/// The handle to the cart. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct CartStore {
    cart: Signal<Cart>,
    /// What the shopper should know about it, until they have seen it.
    news: Signal<Vec<String>>,
}

impl CartStore {
    /// The cart of this browser, kept up to date with other tabs.
    pub(crate) fn in_browser() -> Self {
        let store = Self::holding(stored());
        browser::on_change_elsewhere(KEY, move || store.cart.set(stored()));
        store
    }

    /// A cart that is not written down until it changes.
    pub(crate) fn holding(cart: Cart) -> Self {
        Self { cart: signal(cart), news: signal(Vec::new()) }
    }

    /// What is in it.
    pub(crate) fn contents(self) -> ReadSignal<Cart> {
        *self.cart
    }

    /// What the shopper should know about it.
    pub(crate) fn news(self) -> Signal<Vec<String>> {
        self.news
    }

    /// So many more of this product, which costs this.
    pub(crate) fn add(self, id: &ProductId, pieces: u32, price: Money) {
        self.change(|cart| cart.add(id, pieces, price));
    }

    /// Exactly so many of this product; 0 takes it out.
    pub(crate) fn set(self, id: &ProductId, pieces: u32) {
        self.change(|cart| cart.set(id, pieces, None));
    }

    /// Leaves nothing behind, on this computer.
    pub(crate) fn forget(self) {
        browser::write(browser::kept(), KEY, None);
        self.cart.set(Cart::default());
        self.news.set(Vec::new());
    }

    /// Starts from what is stored, not from what is shown: another tab may have been faster. Only where
    /// nothing can be stored does the shown cart count.
    pub(super) fn change<T>(self, change: impl FnOnce(&mut Cart) -> T) -> T {
        let mut cart = match browser::read(browser::kept(), KEY) {
            Some(text) => Cart::decode(&text),
            None => self.cart.get_clone_untracked(),
        };
        let outcome = change(&mut cart);
        browser::write(browser::kept(), KEY, Some(&cart.encode()));
        if self.cart.with_untracked(|shown| *shown != cart) {
            self.cart.set(cart);
        }
        outcome
    }
}

fn stored() -> Cart {
    browser::read(browser::kept(), KEY).map(|text| Cart::decode(&text)).unwrap_or_default()
}
