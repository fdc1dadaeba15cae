//! The person's orders.

use sycamore::prelude::*;

use super::order_list::order_list;
use super::{heading, secured::secured};
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop_api::Whose;

pub(super) fn page() -> View {
    titled("Orders", "What you have ordered at Grove, and where it is.");
    secured(|| {
        let (heading, orders) = (heading("Your orders"), order_list(Whose::Own, None));
        markup! {
            div(data-testid="orders-page") {
                div(class="page-head") { (heading) }
                (orders)
            }
        }
    })
}
