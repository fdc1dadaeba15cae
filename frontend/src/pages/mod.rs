//! The pages. Each module is one page: what it asks for at the top, how it looks below.

mod callback;
mod cart;
mod checkout;
mod home;
mod login;
mod messages;
mod misconfigured;
mod not_found;
mod order;
mod orders;
mod placed;
mod product;
mod products;
mod profile;
mod secured;
mod shelves;

#[cfg(test)]
mod stage;

use sycamore::prelude::*;

use crate::markup::markup;
use crate::routes::Page;

pub(crate) use misconfigured::misconfigured;
#[cfg(test)]
pub(crate) use order::sample as sample_order;
#[cfg(test)]
pub(crate) use stage::{stage, stage_as};

/// The page of a route.
pub(crate) fn of(page: &Page) -> View {
    match page {
        Page::Home => home::page(),
        Page::Products => products::page(),
        Page::Product { id } => product::page(id),
        Page::Cart => cart::page(),
        Page::Checkout => checkout::page(),
        Page::Orders => orders::page(),
        Page::Order { number } => order::page(number.clone()),
        Page::Profile => profile::page(),
        Page::Messages => messages::page(),
        Page::Login => login::page(),
        Page::LoginCallback => callback::page(),
        Page::NotFound => not_found::page(),
    }
}

/// The one `h1` of a page. Focus comes here after a navigation.
fn heading(text: &'static str) -> View {
    markup! { h1(id="page-heading", class="page-heading", tabindex="-1") { (text) } }
}
