//! What the parts of the checkout share.

use shared::Address;
use sycamore::prelude::*;

use super::placing::Placing;
use crate::cart::{Cart, PricedCart};
use crate::catalogue::Products;

/// The checkout's state: one person's, and put up anew for another.
#[derive(Clone, Copy)]
pub(super) struct Checkout {
    pub(super) address: Signal<Address>,
    pub(super) placing: Placing,
}

/// The cart at the prices that are shown.
pub(super) fn priced(cart: ReadSignal<Cart>, products: &Products) -> PricedCart {
    cart.with(|cart| PricedCart::of(cart, products))
}
