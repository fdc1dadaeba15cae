//! For those who keep the shop: all orders, one of them, and the stock.
//!
//! Who they are the API knows, by the group in the access token; an ID token need not name it. So the pages ask for
//! what only the staff may have, and show everybody else why there is nothing.

mod orders;
mod stock;

use sycamore::prelude::*;

use super::heading;
use super::order::one;
use super::secured::secured;
use crate::live::live_attribute;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop_api::Whose;

pub(super) fn orders_page() -> View {
    secured(|| framed("All orders", "/staff", orders::content()))
}

pub(super) fn order_page(number: String) -> View {
    secured(move || one(Whose::Everyones, number.clone()))
}

pub(super) fn stock_page() -> View {
    secured(|| framed("Stock", "/staff/stock", stock::content()))
}

/// What stands around both lists.
fn framed(title: &'static str, here: &'static str, content: View) -> View {
    titled(title, "");
    let (heading, tabs) = (heading(title), tabs(here));
    markup! {
        div(data-testid="staff-page") {
            div(class="page-head") { (heading) (tabs) }
            (content)
        }
    }
}

/// The way between the two lists.
fn tabs(here: &'static str) -> View {
    let tab = |path: &'static str, label: &'static str| {
        let current = live_attribute(move || (here == path).then_some("page".into()));
        markup! { a(class="chip", href=path, aria-current=current) { (label) } }
    };
    let (orders, stock) = (tab("/staff", "Orders"), tab("/staff/stock", "Stock"));
    markup! { nav(class="chips", aria-label="Staff") { (orders) (stock) } }
}
