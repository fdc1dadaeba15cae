//! The one transaction that makes an order of a cart: key, cart, stock, prices, order. All of it or nothing.
//!
//! A commit waits for the disk, and each statement for an answer. So orders that wait at the same time share both:
//! [`queue`] collects them, [`worker`] takes them from there and [`batch`] places them in one transaction. Whatever
//! is not simply a new order that can be filled is placed as a [`single`] one, which finds out the reason; the others
//! never notice. What a cart costs, and whether it can be had, [`pricing`] decides for both.

pub(super) mod batch;
mod outcome;
mod pricing;
mod purchase;
mod queue;
mod recent;
mod rows;
mod single;
mod worker;

use std::sync::Arc;

use super::Store;

#[cfg(test)]
pub(super) use batch::STATEMENTS;
pub(crate) use outcome::{PlaceOrderError, Placed, Shortage};
pub(crate) use purchase::{Allowance, Purchase};
pub(crate) use queue::BATCH_SIZES;
pub(super) use queue::CheckoutQueue;
#[cfg(test)]
pub(super) use recent::ORDERS as RECENT_ORDERS;
pub(super) use worker::start;

impl Store {
    /// Orders the owner's cart in one transaction, and empties it.
    pub(crate) async fn place_order(&self, purchase: Purchase) -> Result<Placed, PlaceOrderError> {
        let purchase = Arc::new(purchase);
        match self.checkout.place(Arc::clone(&purchase)).await {
            queue::Answer::Placed(order) => Ok(Placed { order: *order, repeated: false }),
            queue::Answer::PlaceIndividually => {
                let _change = self.changes.begin();
                single::place(&self.pools, &purchase).await
            }
            queue::Answer::Unavailable(error) => Err(error.into()),
        }
    }
}
