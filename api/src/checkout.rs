//! Placing an order: what a request must look like, and the one way from it into the store.
//!
//! Prices, stock and totals are not decided here but by the store, inside its transaction.

use std::time::Duration;

use okta_actix::Subject;
use shared::{Address, AddressMistake, Money, NewOrder};

use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::idempotency_locks::IdempotencyLocks;
use crate::order_number::OrderNumber;
use crate::store::{Allowance, PlaceOrderError, Placed, Purchase, Store};
use crate::{clock, random};

/// How often a fresh number is drawn when one is taken already; with 40 random bits the second never is.
const NUMBER_ATTEMPTS: u32 = 3;

/// How long a repeated request waits for the first one with its key, before it is told to come again.
const KEY_TIMEOUT: Duration = Duration::from_secs(3);

/// An order request that was checked: a parcel would arrive.
#[derive(Clone, Debug)]
pub(crate) struct CheckedOrder {
    cart_version: u64,
    expected_total: Money,
    address: Address,
    fingerprint: Fingerprint,
}

impl CheckedOrder {
    /// Checks a request.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(order: NewOrder) -> Result<Self, CheckoutError> {
        let NewOrder { cart_version, expected_total, address } = order;
        let order = NewOrder { cart_version, expected_total, address: address.tidied() };
        let mistakes = order.address.check();
        if !mistakes.is_empty() {
            return Err(CheckoutError::Address(mistakes));
        }
        let fingerprint = Fingerprint::of(&order).map_err(CheckoutError::Fingerprint)?;
        Ok(Self { cart_version, expected_total, address: order.address, fingerprint })
    }

    /// What the person agreed to pay. The store refuses an order that costs anything else.
    pub(crate) fn expected_total(&self) -> Money {
        self.expected_total
    }
}

/// Why an order request makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckoutError {
    /// No parcel would arrive.
    #[error("the address is not complete")]
    Address(Vec<AddressMistake>),
    /// The request has no JSON form, which it came in.
    #[error("the order cannot be fingerprinted")]
    Fingerprint(#[source] serde_json::Error),
}

/// Orders the person's cart, or finds the order that was placed with this key before.
///
/// # Errors
/// See [`PlaceOrderError`].
pub(crate) async fn place(
    store: &Store,
    locks: &IdempotencyLocks,
    owner: &Subject,
    key: &IdempotencyKey,
    order: &CheckedOrder,
    allowance: Allowance,
) -> Result<Placed, PlaceOrderError> {
    let lock = locks.acquire(owner, key, KEY_TIMEOUT).await;
    let _lock = lock.ok_or(PlaceOrderError::KeyInUse)?;
    let mut attempts_left = NUMBER_ATTEMPTS;
    loop {
        attempts_left -= 1;
        let number = OrderNumber::from_random(random::bytes());
        let purchase = Purchase {
            owner: owner.clone(),
            key: key.clone(),
            fingerprint: order.fingerprint.clone(),
            cart_version: order.cart_version,
            expected_total: order.expected_total,
            address: order.address.clone(),
            number,
            at: clock::now(),
            allowance,
        };
        match store.place_order(purchase).await {
            Err(PlaceOrderError::NumberTaken) if attempts_left > 0 => {}
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(postal_code: &str, expected_total: i64) -> NewOrder {
        let address = Address {
            name: " Alice  Shopper ".to_owned(),
            street: "12 Orchard Lane".to_owned(),
            city: "Berlin".to_owned(),
            postal_code: postal_code.to_owned(),
            country: "de".to_owned(),
            ..Address::default()
        };
        NewOrder { cart_version: 1, expected_total: Money::from_cents(expected_total), address }
    }

    #[test]
    fn an_address_is_tidied_and_then_checked() {
        let checked = CheckedOrder::parse(order("10115", 100)).unwrap();
        assert_eq!(
            (checked.address.name.as_str(), checked.address.country.as_str()),
            ("Alice Shopper", "DE")
        );
        let refused = CheckedOrder::parse(order("1011", 100)).unwrap_err();
        assert!(matches!(refused, CheckoutError::Address(mistakes) if mistakes.len() == 1));
    }

    #[test]
    fn white_space_makes_no_other_order_and_a_total_does() {
        let of = |code: &str, total| CheckedOrder::parse(order(code, total)).unwrap().fingerprint;
        assert_eq!(of("10115", 100), of(" 10115 ", 100));
        assert_ne!(of("10115", 100), of("10115", 101));
    }
}
