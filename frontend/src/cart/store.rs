//! Where the cart lives: a signal in front of the browser's storage, the same for all tabs.

use okta_sycamore::{PersonStorage, StorageKind, Subject};
use shared::{Money, ProductId};
use sycamore::prelude::*;

use super::Cart;
use crate::browser;
use crate::live::signal;

/// Of nobody's cart, and the name of a person's in their storage. The `1` is the version of the format: a later
/// one reads this key, converts and moves on.
const KEY: &str = "grove.cart.v1";

/// The handle to the cart. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct CartStore {
    cart: Signal<Cart>,
    /// Where the cart is kept once it is somebody's.
    place: Signal<Option<PersonStorage>>,
    /// What the shopper should know about it, until they have seen it.
    news: Signal<Vec<String>>,
    /// Whether the browser refuses to keep it: then what is shown is all there is.
    unsaved: Signal<bool>,
}

impl CartStore {
    /// The cart of this browser, kept up to date with other tabs.
    pub(crate) fn in_browser() -> Self {
        let store = Self::holding(Cart::default());
        store.cart.set_silent(store.stored().unwrap_or_default());
        browser::on_change_elsewhere(KEY, move || {
            if !store.unsaved.get_untracked() {
                store.cart.set(store.stored().unwrap_or_default());
            }
        });
        store
    }

    /// A cart that is not written down until it changes.
    pub(crate) fn holding(cart: Cart) -> Self {
        Self { cart: signal(cart), place: signal(None), news: signal(Vec::new()), unsaved: signal(false) }
    }

    /// From now on it is this person's, with what was put here before they came; or nobody's, and empty.
    pub(crate) fn belong_to(self, place: Option<PersonStorage>) {
        let owner = |place: &Option<PersonStorage>| place.as_ref().map(|place| place.subject().clone());
        if self.place.with_untracked(owner) == owner(&place) {
            return;
        }
        let brought = if self.place.with_untracked(Option::is_none) && place.is_some() {
            self.take_nobodys()
        } else {
            Cart::default()
        };
        self.place.set_silent(place);
        self.unsaved.set_silent(false);
        self.news.set(Vec::new());
        let mut cart = self.stored().unwrap_or_default();
        if !brought.lines().is_empty() {
            cart.bring(&brought);
            self.keep(&cart);
        }
        self.cart.set(cart);
    }

    /// What nobody's cart holds; it is empty then.
    fn take_nobodys(self) -> Cart {
        let cart = self.current();
        browser::write(browser::persistent(), KEY, None);
        cart
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

    /// Whether it will be gone when the page is loaded anew.
    pub(crate) fn is_unsaved(self) -> bool {
        self.unsaved.get_untracked()
    }

    fn change<T>(self, change: impl FnOnce(&mut Cart) -> T) -> T {
        let mut cart = self.current();
        let outcome = change(&mut cart);
        self.keep(&cart);
        if self.cart.with_untracked(|shown| *shown != cart) {
            self.cart.set(cart);
        }
        outcome
    }

    /// Changes it as long as it is this person's.
    pub(super) fn change_of<T>(self, person: &Subject, change: impl FnOnce(&mut Cart) -> T) -> Option<T> {
        let theirs =
            self.place.with_untracked(|place| place.as_ref().map(PersonStorage::subject) == Some(person));
        theirs.then(|| self.change(change))
    }

    /// What is stored, not what is shown: another tab may have been faster. Only where nothing can be stored does
    /// the shown cart count.
    fn current(self) -> Cart {
        let stored = if self.unsaved.get_untracked() { None } else { self.stored() };
        stored.unwrap_or_else(|| self.cart.get_clone_untracked())
    }

    fn stored(self) -> Option<Cart> {
        let text = self.place.with_untracked(|place| match place {
            Some(place) => place.read(StorageKind::Local, KEY),
            None => browser::read(browser::persistent(), KEY),
        });
        text.map(|text| Cart::decode(&text))
    }

    fn keep(self, cart: &Cart) {
        let text = cart.encode();
        let kept = self.place.with_untracked(|place| match place {
            Some(place) => place.write(StorageKind::Local, KEY, Some(&text)),
            None => browser::write(browser::persistent(), KEY, Some(&text)),
        });
        self.unsaved.set_silent(!kept);
    }
}
