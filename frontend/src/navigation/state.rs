//! The address that is shown, and the ways to change it.

use sycamore::prelude::*;
use sycamore::web::is_ssr;

use super::address::Address;
use super::{focus, location};
use crate::live::{mounted, signal};

/// The current address and the ways to change it. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    address: Signal<Address>,
    /// Whether a page was shown since the page was loaded. The first one is no navigation: focus stays put.
    shown_before: Signal<bool>,
}

impl Navigation {
    /// Starts at this address.
    pub(crate) fn at(address: Address) -> Self {
        Self { address: signal(address), shown_before: signal(false) }
    }

    /// Starts where the browser is.
    pub(crate) fn in_browser() -> Self {
        Self::at(location::current())
    }

    /// The address, query and fragment included.
    pub(crate) fn address(self) -> ReadSignal<Address> {
        *self.address
    }

    /// Goes there and leaves the present page in the history.
    pub(crate) fn go(self, target: &Address) {
        location::push(target);
        self.follow(target.clone());
    }

    /// Goes there in place of the present page.
    pub(crate) fn go_instead(self, target: &Address) {
        location::replace(target);
        self.follow(target.clone());
    }

    /// Takes over what the browser says, e.g. after its back button or after a sign-in.
    pub(crate) fn refresh(self) {
        if is_ssr!() {
            return;
        }
        let now = location::current();
        if self.address.with_untracked(|address| *address != now) {
            self.address.set(now);
        }
    }

    /// To be called where a route's page is put up: focus goes to its heading, so that a screen reader reads it
    /// and the keyboard starts there.
    pub(crate) fn page_shown(self) {
        if self.shown_before.replace_silent(true) {
            mounted(focus::heading);
        }
    }

    fn follow(self, target: Address) {
        let moved = self.address.with_untracked(|address| address.path() != target.path());
        let path = target.path().to_owned();
        self.address.set(target);
        if moved {
            sycamore_router::navigate_no_history(&path);
        }
    }
}
