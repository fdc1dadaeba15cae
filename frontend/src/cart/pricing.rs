//! The cart beside the catalogue: what it costs, and what has changed meanwhile.

use okta_types::decimal;
use shared::{Money, Product, ProductId};

use super::Cart;
use super::contents::Line;

/// A cart with today's prices. For the eye only: the order's prices are the API's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PricedCart {
    pub(crate) lines: Vec<PricedLine>,
    /// Of the lines that can be bought.
    pub(crate) total: Money,
}

/// One line and what the catalogue says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PricedLine {
    pub(crate) id: ProductId,
    pub(crate) quantity: u32,
    /// `None` where the shop no longer sells it.
    pub(crate) product: Option<Product>,
    /// What it cost when the shopper put it there.
    pub(crate) seen_price: Option<Money>,
}

impl PricedLine {
    /// The line of this product.
    pub(crate) fn of(cart: &Cart, id: &ProductId, catalogue: &[Product]) -> Self {
        let product = catalogue.iter().find(|product| product.id == *id).cloned();
        Self { id: id.clone(), quantity: cart.quantity_of(id), product, seen_price: cart.seen_price(id) }
    }

    /// That it costs something else than the shopper has seen.
    pub(crate) fn price_change(&self) -> Option<String> {
        let (seen, now) = (self.seen_price?, self.product.as_ref()?.price);
        (seen != now).then(|| ["Price changed: was ", &seen.to_string(), ", now ", &now.to_string()].concat())
    }

    /// For all pieces of the line.
    pub(crate) fn total(&self) -> Option<Money> {
        self.product.as_ref()?.price.times(self.quantity)
    }

    /// How it is called, as far as that is known.
    pub(crate) fn name(&self) -> String {
        self.product.as_ref().map_or_else(|| self.id.to_string(), |product| product.name.clone())
    }

    /// Why this line cannot be bought as it stands.
    pub(crate) fn obstacle(&self) -> Option<String> {
        match &self.product {
            None => Some("No longer in the shop".to_owned()),
            Some(product) if product.stock == 0 => Some("Sold out".to_owned()),
            Some(product) if product.stock < self.quantity => {
                Some(["Only ", &decimal(product.stock.into()), " left"].concat())
            }
            Some(_) => None,
        }
    }
}

impl PricedCart {
    pub(crate) fn of(cart: &Cart, catalogue: &[Product]) -> Self {
        let line = |line: &Line| PricedLine::of(cart, &line.product_id, catalogue);
        let lines: Vec<_> = cart.lines().iter().map(line).collect();
        let total = lines.iter().filter_map(PricedLine::total).sum();
        Self { lines, total }
    }

    /// Whether the API has a chance to accept it.
    pub(crate) fn can_be_ordered(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.obstacle().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;

    fn cart(lines: &[(&str, u32)]) -> Cart {
        let mut cart = Cart::default();
        for (id, pieces) in lines {
            cart.add(&ProductId::parse(id).unwrap(), *pieces, Money::from_cents(100));
        }
        cart
    }

    #[test]
    fn the_total_is_the_sum_of_price_times_quantity() {
        let catalogue = [sample("a", 1250, 9), sample("b", 99, 9)];
        let priced = PricedCart::of(&cart(&[("a", 2), ("b", 3)]), &catalogue);
        assert_eq!(priced.total, Money::from_cents(2797));
        assert!(priced.can_be_ordered());
    }

    #[test]
    fn a_line_that_cannot_be_bought_says_why_and_stops_the_order() {
        let catalogue = [sample("a", 100, 0), sample("b", 100, 2)];
        for (id, pieces, obstacle) in [
            ("a", 1, Some("Sold out")),
            ("b", 3, Some("Only 2 left")),
            ("c", 1, Some("No longer in the shop")),
            ("b", 2, None),
        ] {
            let priced = PricedCart::of(&cart(&[(id, pieces)]), &catalogue);
            assert_eq!(priced.lines[0].obstacle().as_deref(), obstacle, "{id}");
            assert_eq!(priced.can_be_ordered(), obstacle.is_none(), "{id}");
        }
    }

    #[test]
    fn another_price_than_the_one_seen_is_told() {
        let told =
            |cents| PricedCart::of(&cart(&[("a", 1)]), &[sample("a", cents, 9)]).lines[0].price_change();
        assert_eq!(told(100), None);
        assert_eq!(told(150).as_deref(), Some("Price changed: was $1.00, now $1.50"));
    }

    #[test]
    fn what_is_no_longer_sold_costs_nothing_and_keeps_its_name() {
        let priced = PricedCart::of(&cart(&[("gone-thing", 4)]), &[]);
        assert_eq!((priced.total, priced.lines[0].name().as_str()), (Money::default(), "gone-thing"));
        assert!(!PricedCart::default().can_be_ordered());
    }
}
