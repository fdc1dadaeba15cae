//! The pages for people who have signed in, or are about to.

mod callback;
mod checkout;
mod login;
mod messages;
mod order;
mod order_actions;
mod order_list;
mod orders;
mod profile;
mod secured;
mod staff;

use sycamore::prelude::*;

use super::heading;
use crate::routes::AccountPage;

#[cfg(test)]
pub(crate) use order::sample as sample_order;

/// The page of a route.
pub(super) fn of(page: &AccountPage) -> View {
    match page {
        AccountPage::Checkout => checkout::page(),
        AccountPage::Orders => orders::page(),
        AccountPage::Order { number } => order::page(number.clone()),
        AccountPage::Staff => staff::orders_page(),
        AccountPage::StaffOrder { number } => staff::order_page(number.clone()),
        AccountPage::StaffStock => staff::stock_page(),
        AccountPage::Profile => profile::page(),
        AccountPage::Messages => messages::page(),
        AccountPage::Login => login::page(),
        AccountPage::LoginCallback => callback::page(),
    }
}
