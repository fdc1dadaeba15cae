//! The cart: what the shopper means to buy, kept in the browser.

mod contents;
mod pricing;
mod store;

pub(crate) use contents::Cart;
pub(crate) use pricing::{PricedCart, PricedLine};
pub(crate) use store::CartStore;
