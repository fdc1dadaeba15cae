//! Placing an order: what a request must look like, and the one way from it into the store.
//!
//! Prices, stock and totals are not decided here but by the store, inside its transaction.

use std::collections::BTreeSet;

use okta_jwt::Subject;
use shared::{CartLine, NewOrder, ProductId};

use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;
use crate::store::{PlaceOrderError, Placed, Purchase, Store};
use crate::{clock, random};

/// The most lines of one order.
const MAX_LINES: usize = 100;

/// How often a fresh number is drawn when one is taken already; with 40 random bits the second never is.
const NUMBER_ATTEMPTS: u32 = 3;

/// An order request that was checked: at least one line, no product twice.
#[derive(Clone, Debug)]
pub(crate) struct CheckedOrder {
    lines: Vec<CartLine>,
    fingerprint: Fingerprint,
}

impl CheckedOrder {
    /// Checks a request.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(crate) fn parse(order: NewOrder) -> Result<Self, CheckoutError> {
        if order.lines.is_empty() {
            return Err(CheckoutError::Empty);
        }
        if order.lines.len() > MAX_LINES {
            return Err(CheckoutError::TooManyLines);
        }
        let mut seen = BTreeSet::new();
        if let Some(line) = order.lines.iter().find(|line| !seen.insert(&line.product_id)) {
            return Err(CheckoutError::Repeated(line.product_id.clone()));
        }
        let fingerprint = Fingerprint::of(&order).map_err(CheckoutError::Fingerprint)?;
        Ok(Self { lines: order.lines, fingerprint })
    }
}

/// Why an order request makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckoutError {
    /// Nothing is asked for.
    #[error("an order needs at least one line")]
    Empty,
    /// More than anyone's cart holds.
    #[error("an order has at most {MAX_LINES} lines")]
    TooManyLines,
    /// The same product in two lines.
    #[error("{0} stands in more than one line: add the quantities up")]
    Repeated(ProductId),
    /// The request has no JSON form, which it came in.
    #[error("the order cannot be fingerprinted")]
    Fingerprint(#[source] serde_json::Error),
}

/// Places an order, or finds the one that was placed with this key before.
///
/// # Errors
/// See [`PlaceOrderError`].
pub(crate) async fn place(
    store: &Store,
    owner: &Subject,
    key: &IdempotencyKey,
    order: &CheckedOrder,
) -> Result<Placed, PlaceOrderError> {
    let mut attempts_left = NUMBER_ATTEMPTS;
    loop {
        attempts_left -= 1;
        let number = OrderNumber::from_random(random::bytes());
        let purchase = Purchase {
            key,
            fingerprint: &order.fingerprint,
            lines: &order.lines,
            number: &number,
            at: clock::now(),
        };
        match store.place_order(owner, &purchase).await {
            Err(PlaceOrderError::NumberTaken) if attempts_left > 0 => {}
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, expected: Result<usize, &str>) {
        let order: NewOrder = serde_json::from_str(&format!(r#"{{"lines":{lines}}}"#)).unwrap();
        let outcome = CheckedOrder::parse(order).map(|order| order.lines.len()).map_err(|e| e.to_string());
        assert_eq!(outcome, expected.map_err(str::to_owned), "{lines}");
    }

    #[test]
    fn an_order_names_each_product_once() {
        check(r#"[{"product_id":"a","quantity":1},{"product_id":"b","quantity":2}]"#, Ok(2));
        check("[]", Err("an order needs at least one line"));
        check(
            r#"[{"product_id":"a","quantity":1},{"product_id":"a","quantity":2}]"#,
            Err("a stands in more than one line: add the quantities up"),
        );
    }

    #[test]
    fn an_order_of_too_many_lines_is_refused() {
        let lines: Vec<_> =
            (0..=MAX_LINES).map(|i| format!(r#"{{"product_id":"p{i}","quantity":1}}"#)).collect();
        check(&format!("[{}]", lines.join(",")), Err("an order has at most 100 lines"));
    }
}
