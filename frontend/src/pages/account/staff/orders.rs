//! Everyone's orders, all or those of one status.

use shared::OrderStatus;
use sycamore::prelude::*;

use crate::live::{live, live_attribute};
use crate::markup::markup;
use crate::pages::account::order::status_word;
use crate::pages::account::order_list::order_list;
use crate::shop::shop;
use crate::shop_api::Whose;

/// The query parameter.
const STATUS: &str = "status";

pub(super) fn content() -> View {
    let mut links = vec![link(None, "All")];
    links.extend(OrderStatus::ALL.map(|status| link(Some(status), status_word(status))));
    let list = live(|| order_list(Whose::Everyones, wanted()));
    markup! {
        nav(class="chips", aria-label="Status") { (links) }
        (list)
    }
}

/// The status that the address asks for.
fn wanted() -> Option<OrderStatus> {
    let status = shop().navigation.address().with(|address| address.param(STATUS));
    status.and_then(|word| OrderStatus::parse(&word))
}

fn link(status: Option<OrderStatus>, label: &'static str) -> View {
    let href =
        status.map_or_else(|| "/staff".to_owned(), |status| ["/staff?status=", status.as_str()].concat());
    let current = live_attribute(move || (wanted() == status).then_some("true".into()));
    markup! { a(class="chip", href=href, aria-current=current) { (label) } }
}
