//! What every part of the shop holds on to, in one context.

use sycamore::prelude::*;

use crate::cart::{AccountCart, CartStore};
use crate::catalogue::Catalogue;
use crate::layout::Toasts;
use crate::navigation::Navigation;
use crate::shop_api::ShopApi;

/// Handles to everything the pages share. The shop lives as long as its page, so all of them are plain references.
#[derive(Clone, Copy)]
pub(crate) struct Shop {
    /// The only authorization server this shop trusts.
    pub(crate) issuer: &'static str,
    /// What else its org may be called.
    pub(crate) org_addresses: &'static [String],
    pub(crate) api: ShopApi,
    pub(crate) catalogue: Catalogue,
    pub(crate) navigation: Navigation,
    pub(crate) cart: CartStore,
    pub(crate) account_cart: AccountCart,
    pub(crate) toasts: Toasts,
}

/// The shop this view is part of.
///
/// # Panics
/// Outside of the app.
pub(crate) fn shop() -> Shop {
    use_context()
}
