//! An order-to-be: everything about it that the database does not know.

use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Address, Money, Order, OrderStatus};

use super::pricing::Priced;
use crate::clock;
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;

/// A request to order a cart.
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
    /// How much the person may order.
    pub(crate) allowance: Allowance,
}

/// How much a person may order, with the sign-in that the request shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// What orders of 24 hours may cost together; nothing where the sign-in is strong enough for any sum.
    pub(crate) without_step_up: Option<Money>,
    /// How many orders an hour.
    pub(crate) orders_per_hour: u32,
}

impl Purchase {
    /// The order that it becomes at these prices.
    pub(super) fn order(&self, priced: Priced) -> Order {
        let Priced { lines, total } = priced;
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
