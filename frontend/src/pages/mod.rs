//! The pages. Each module is one page: what it asks for at the top, how it looks below.

#[cfg(feature = "account")]
mod account;
mod cart;
#[cfg(debug_assertions)]
mod diagnostics;
mod home;
mod misconfigured;
mod not_found;
mod page_heading;
mod product;
mod products;
mod shelves;

#[cfg(test)]
mod stage;

use sycamore::prelude::*;

use crate::routes::Page;

use page_heading::heading;

#[cfg(all(test, feature = "account"))]
pub(crate) use account::sample_order;
pub(crate) use misconfigured::misconfigured;
#[cfg(test)]
pub(crate) use stage::{stage, stage_as};

/// The page of a route.
pub(crate) fn of(page: &Page) -> View {
    match page {
        Page::Home => home::page(),
        Page::Products => products::page(),
        Page::Product { id } => product::page(id),
        Page::Cart => cart::page(),
        #[cfg(feature = "account")]
        Page::Account(page) => account::of(page),
        #[cfg(debug_assertions)]
        Page::Diagnostics => diagnostics::page(),
        Page::NotFound => not_found::page(),
    }
}
