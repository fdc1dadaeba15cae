//! The one transaction that makes an order of a cart: key, cart, stock, prices, order. All of it or nothing.
//!
//! A commit waits for the disk, and each statement for an answer. So orders that wait at the same time share both:
//! [`desk`] collects them, [`together`] places them in one transaction. Whichever of them is anything but a new
//! order that can be had goes [`alone`], where the reason is found; the others never notice.

mod alone;
mod desk;
mod rows;
pub(super) mod together;

use std::sync::Arc;

use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Address, Money, Order, OrderLine, OrderStatus, ProductId};

use super::error::Conflicting;
use super::{Store, StoreError};
use crate::clock;
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;

pub(super) use desk::Desk;
#[cfg(test)]
pub(super) use together::Apart;

/// Everything about an order-to-be that the database does not know.
#[derive(Debug)]
pub(crate) struct Purchase {
    /// Whose cart is ordered.
    pub(crate) owner: Subject,
    /// The client's name for this attempt.
    pub(crate) key: IdempotencyKey,
    /// Of the request, to tell a retry from another request.
    pub(crate) fingerprint: Fingerprint,
    /// The version of the cart that the person saw.
    pub(crate) cart_version: u64,
    /// What it cost then.
    pub(crate) expected_total: Money,
    /// Where it goes; checked.
    pub(crate) address: Address,
    /// The number the order gets if it is new.
    pub(crate) number: OrderNumber,
    /// The time the order gets if it is new.
    pub(crate) at: UnixTime,
}

/// A placed order, and whether this request placed it.
#[derive(Debug)]
pub(crate) struct Placed {
    /// As it was when it was placed.
    pub(crate) order: Order,
    /// Whether an earlier request with the same key placed it.
    pub(crate) repeated: bool,
}

/// A product of which there are not enough pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    /// Which.
    pub(crate) product_id: ProductId,
    /// Pieces left; zero for a product that is no longer sold.
    pub(crate) left: u32,
}

/// Why no order was placed. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceOrderError {
    /// The key was used for another request.
    #[error("the idempotency key was used for another order")]
    KeyReused,
    /// Another request with the same key is not done yet.
    #[error("the first request with this idempotency key is still running")]
    KeyInUse,
    /// The cart is at another version: another tab changed it, or ordered it.
    #[error("the cart is at another version")]
    CartChanged,
    /// Nothing to order.
    #[error("the cart is empty")]
    CartEmpty,
    /// Not enough left of these.
    #[error("not enough pieces in stock")]
    OutOfStock(Vec<Shortage>),
    /// A price changed since the person looked.
    #[error("the total has changed")]
    TotalChanged {
        /// What the cart costs now.
        total: Money,
    },
    /// More money than fits.
    #[error("the total is too large")]
    TotalTooLarge,
    /// Another order has this number: try another one.
    #[error("the order number is taken")]
    NumberTaken,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PlaceOrderError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Conflicting for PlaceOrderError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl Store {
    /// Orders the owner's cart in one transaction, and empties it.
    pub(crate) async fn place_order(&self, purchase: Purchase) -> Result<Placed, PlaceOrderError> {
        let purchase = Arc::new(purchase);
        match self.desk.place(Arc::clone(&purchase)).await {
            desk::Answer::Placed(order) => Ok(Placed { order: *order, repeated: false }),
            desk::Answer::Alone => alone::place(&self.pools, &purchase).await,
            desk::Answer::Unavailable(error) => Err(error.into()),
        }
    }
}

impl Purchase {
    /// The order that it becomes with these lines.
    fn order(&self, lines: Vec<OrderLine>, total: Money) -> Order {
        let placed_at = clock::rfc3339(self.at);
        Order {
            number: self.number.to_string(),
            status_since: placed_at.clone(),
            placed_at,
            status: OrderStatus::Placed,
            lines,
            total,
            address: self.address.clone(),
        }
    }
}

fn total(lines: &[OrderLine]) -> Option<Money> {
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.unit_price.times(line.quantity.get())?.cents()))
        .map(Money::from_cents)
}
