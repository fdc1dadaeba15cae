//! What becomes of a checkout.

use std::time::Duration;

use shared::{Money, Order, ProductId};

use crate::store::StoreError;
use crate::store::error::Conflicting;

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
    /// The product that is short.
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
    /// With what was ordered in the last 24 hours it costs more than the sign-in is strong enough for.
    #[error("the total ordered within a day needs a stronger sign-in")]
    StepUpNeeded,
    /// As many orders as an hour allows.
    #[error("too many orders within an hour")]
    TooManyOrders {
        /// After which the next one can be placed.
        wait: Duration,
    },
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
