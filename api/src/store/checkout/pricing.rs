//! What a cart becomes at today's prices: pure, and the same for a single order and for one of a batch.

use std::collections::HashMap;

use shared::{CartLine, Money, OrderLine, ProductId};

/// Products whose pieces were taken from stock for the carts in question. One that is missing could not be had, or not
/// in that quantity.
pub(super) type Shelf = HashMap<ProductId, Taken>;

/// A product as it is sold now.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Its name today; an order keeps it.
    pub(super) name: String,
    /// The price of one piece.
    pub(super) unit_price: Money,
}

/// The lines of an order and their sum.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Priced {
    /// In the order of the cart.
    pub(super) lines: Vec<OrderLine>,
    /// What the person agreed to pay.
    pub(super) total: Money,
}

/// Why a cart cannot be ordered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It holds nothing.
    Empty,
    /// These products are not on the shelf.
    OutOfStock(Vec<ProductId>),
    /// Larger than any amount of money that can be told.
    TotalTooLarge,
    /// It costs something else than was agreed to.
    TotalChanged {
        /// What it costs now.
        total: Money,
    },
}

/// Prices these lines from the shelf, and compares their total with the expected one.
pub(super) fn price(lines: Vec<CartLine>, shelf: &Shelf, expected_total: Money) -> Result<Priced, Refusal> {
    if lines.is_empty() {
        return Err(Refusal::Empty);
    }
    let missing = |line: &CartLine| (!shelf.contains_key(&line.product_id)).then(|| line.product_id.clone());
    let lines_of_shelf: Option<Vec<_>> = lines.iter().map(|line| priced(line, shelf)).collect();
    let lines =
        lines_of_shelf.ok_or_else(|| Refusal::OutOfStock(lines.iter().filter_map(missing).collect()))?;
    let total = total(&lines).ok_or(Refusal::TotalTooLarge)?;
    if total == expected_total { Ok(Priced { lines, total }) } else { Err(Refusal::TotalChanged { total }) }
}

fn priced(line: &CartLine, shelf: &Shelf) -> Option<OrderLine> {
    let Taken { name, unit_price } = shelf.get(&line.product_id)?.clone();
    Some(OrderLine { product_id: line.product_id.clone(), name, quantity: line.quantity, unit_price })
}

fn total(lines: &[OrderLine]) -> Option<Money> {
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.unit_price.times(line.quantity.get())?.cents()))
        .map(Money::from_cents)
}

#[cfg(test)]
mod tests {
    use shared::Quantity;

    use super::*;

    fn id(text: &str) -> ProductId {
        ProductId::parse(text).unwrap()
    }

    fn lines(lines: &[(&str, u32)]) -> Vec<CartLine> {
        let line = |(product, pieces): &(&str, u32)| CartLine {
            product_id: id(product),
            quantity: Quantity::new(*pieces).unwrap(),
        };
        lines.iter().map(line).collect()
    }

    fn shelf(products: &[(&str, i64)]) -> Shelf {
        let taken = |cents| Taken { name: "Name".to_owned(), unit_price: Money::from_cents(cents) };
        products.iter().map(|(product, cents)| (id(product), taken(*cents))).collect()
    }

    #[track_caller]
    fn check(cart: &[(&str, u32)], shelf: &Shelf, cents: i64, refusal: Option<Refusal>) {
        let outcome = price(lines(cart), shelf, Money::from_cents(cents));
        let expected = refusal.map_or(Ok((cart.len(), cents)), Err);
        assert_eq!(outcome.map(|priced| (priced.lines.len(), priced.total.cents())), expected);
    }

    #[test]
    fn a_cart_is_priced_from_the_shelf_or_refused_for_one_reason() {
        let shelf = shelf(&[("a", 100), ("b", 250), ("dear", i64::MAX)]);
        let changed = |cents| Some(Refusal::TotalChanged { total: Money::from_cents(cents) });
        check(&[("b", 1), ("a", 2)], &shelf, 450, None);
        check(&[("b", 1), ("a", 2)], &shelf, 449, changed(450));
        check(
            &[("a", 1), ("c", 1), ("d", 2)],
            &shelf,
            100,
            Some(Refusal::OutOfStock(vec![id("c"), id("d")])),
        );
        check(&[("dear", 2)], &shelf, 0, Some(Refusal::TotalTooLarge));
        check(&[("dear", 1), ("a", 1)], &shelf, 0, Some(Refusal::TotalTooLarge));
        check(&[], &shelf, 0, Some(Refusal::Empty));
    }

    #[test]
    fn lines_keep_the_order_of_the_cart() {
        let priced = price(lines(&[("b", 1), ("a", 2)]), &shelf(&[("a", 1), ("b", 2)]), Money::from_cents(4));
        let ids: Vec<_> = priced.unwrap().lines.into_iter().map(|line| line.product_id).collect();
        assert_eq!(ids, [id("b"), id("a")]);
    }
}
