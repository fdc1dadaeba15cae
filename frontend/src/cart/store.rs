//! Where the cart lives: a signal in front of the browser's storage, the same for all tabs.

use shared::{CartLine, ProductId};
use sycamore::prelude::*;

use super::Cart;
use crate::browser;
use crate::live::signal;

/// The `1` is the version of the format: a later one reads this key, converts and moves on.
const KEY: &str = "grove.cart.v1";

/// The handle to the cart. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct CartStore(Signal<Cart>);

impl CartStore {
    /// The cart of this browser, kept up to date with other tabs.
    pub(crate) fn in_browser() -> Self {
        let store = Self::holding(stored());
        browser::on_change_elsewhere(KEY, move || store.0.set(stored()));
        store
    }

    /// A cart that is not written down until it changes.
    pub(crate) fn holding(cart: Cart) -> Self {
        Self(signal(cart))
    }

    /// What is in it.
    pub(crate) fn contents(self) -> ReadSignal<Cart> {
        *self.0
    }

    /// So many more of this product.
    pub(crate) fn add(self, id: &ProductId, pieces: u32) {
        self.change(|cart| cart.add(id, pieces));
    }

    /// Exactly so many of this product; 0 takes it out.
    pub(crate) fn set(self, id: &ProductId, pieces: u32) {
        self.change(|cart| cart.set(id, pieces));
    }

    /// Takes out what was ordered.
    pub(crate) fn take_out(self, ordered: &[CartLine]) {
        self.change(|cart| cart.take_out(ordered));
    }

    /// Starts from what is stored, not from what is shown: another tab may have been faster. Only where
    /// nothing can be stored does the shown cart count.
    fn change(self, change: impl FnOnce(&mut Cart)) {
        let mut cart = match browser::read(browser::kept(), KEY) {
            Some(text) => Cart::decode(&text),
            None => self.0.get_clone_untracked(),
        };
        change(&mut cart);
        browser::write(browser::kept(), KEY, Some(&cart.encode()));
        self.0.set(cart);
    }
}

fn stored() -> Cart {
    browser::read(browser::kept(), KEY).map(|text| Cart::decode(&text)).unwrap_or_default()
}
