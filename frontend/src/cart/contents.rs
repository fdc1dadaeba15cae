//! What is in the cart, and how it is written down.

use okta_sycamore::{Json, read_json};
use shared::{CartLine, MAX_LINE_QUANTITY, ProductId, Quantity};

use crate::shop_api::written_lines;

/// Lines in the order they were added; a product stands in one line only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cart {
    lines: Vec<CartLine>,
}

impl Cart {
    /// Reads what [`Cart::encode`] wrote. Lines that make no sense are left out: a shopper with a damaged
    /// storage has a smaller cart, never a broken shop.
    pub(crate) fn decode(text: &str) -> Self {
        let mut cart = Self::default();
        let stored = read_json(text).unwrap_or_default();
        for line in stored.get("lines").and_then(Json::as_array).unwrap_or_default() {
            if let Some((id, quantity)) = decode_line(line) {
                cart.add(&id, quantity.get());
            }
        }
        cart
    }

    /// As JSON, in the shape of an order.
    pub(crate) fn encode(&self) -> String {
        written_lines(&self.lines).to_text()
    }

    pub(crate) fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All pieces together.
    pub(crate) fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }

    /// How many of this product.
    pub(crate) fn quantity_of(&self, id: &ProductId) -> u32 {
        self.lines.iter().find(|line| line.product_id == *id).map_or(0, |line| line.quantity.get())
    }

    /// So many more of this product, up to the most a line may hold.
    pub(crate) fn add(&mut self, id: &ProductId, pieces: u32) {
        self.set(id, self.quantity_of(id).saturating_add(pieces));
    }

    /// Exactly so many of this product; 0 takes it out.
    pub(crate) fn set(&mut self, id: &ProductId, pieces: u32) {
        let Ok(quantity) = Quantity::new(pieces.min(MAX_LINE_QUANTITY)) else {
            self.lines.retain(|line| line.product_id != *id);
            return;
        };
        match self.lines.iter_mut().find(|line| line.product_id == *id) {
            Some(line) => line.quantity = quantity,
            None => self.lines.push(CartLine { product_id: id.clone(), quantity }),
        }
    }

    /// Takes out what was ordered; what another tab has added meanwhile stays.
    pub(crate) fn take_out(&mut self, ordered: &[CartLine]) {
        for line in ordered {
            self.set(
                &line.product_id,
                self.quantity_of(&line.product_id).saturating_sub(line.quantity.get()),
            );
        }
    }
}

fn decode_line(line: &Json) -> Option<(ProductId, Quantity)> {
    let id = ProductId::parse(line.get("product_id")?.as_str()?).ok()?;
    let pieces = u32::try_from(line.get("quantity")?.as_u64()?).ok()?;
    Some((id, Quantity::new(pieces).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ProductId {
        ProductId::parse(text).unwrap()
    }

    #[test]
    fn adding_twice_makes_one_line() {
        let mut cart = Cart::default();
        cart.add(&id("fig-sapling"), 1);
        cart.add(&id("jute-twine"), 2);
        cart.add(&id("fig-sapling"), 3);
        assert_eq!((cart.lines().len(), cart.count()), (2, 6));
        assert_eq!(cart.quantity_of(&id("fig-sapling")), 4);
    }

    #[test]
    fn a_line_never_holds_more_than_the_shop_sells_at_once() {
        let mut cart = Cart::default();
        cart.add(&id("a"), u32::MAX);
        cart.add(&id("a"), u32::MAX);
        assert_eq!(cart.count(), MAX_LINE_QUANTITY);
    }

    #[test]
    fn setting_to_nothing_takes_the_line_out() {
        let mut cart = Cart::default();
        cart.add(&id("a"), 2);
        cart.set(&id("a"), 0);
        cart.set(&id("b"), 0);
        assert!(cart.is_empty());
    }

    #[test]
    fn taking_out_an_order_leaves_what_came_later() {
        let mut cart = Cart::default();
        cart.add(&id("a"), 2);
        cart.add(&id("b"), 1);
        let ordered = cart.lines().to_vec();
        cart.add(&id("b"), 3);
        cart.add(&id("c"), 1);
        cart.take_out(&ordered);
        assert_eq!(
            (cart.quantity_of(&id("a")), cart.quantity_of(&id("b")), cart.quantity_of(&id("c"))),
            (0, 3, 1)
        );
    }

    #[test]
    fn a_cart_is_read_as_it_was_written() {
        let mut cart = Cart::default();
        cart.add(&id("b"), 2);
        cart.add(&id("a"), 1);
        assert_eq!(Cart::decode(&cart.encode()), cart);
    }

    #[test]
    fn garbage_in_the_storage_is_left_out_and_the_rest_kept() {
        for garbage in ["", "null", "[]", "{", r#"{"lines":7}"#, r#"{"lines":[null,{}]}"#] {
            assert!(Cart::decode(garbage).is_empty(), "{garbage}");
        }
        let mixed = r#"{"lines":[{"product_id":"a","quantity":2},{"product_id":"../x","quantity":1},
            {"product_id":"b","quantity":0},{"product_id":"a","quantity":1},{"product_id":"c","quantity":-1}]}"#;
        let cart = Cart::decode(mixed);
        assert_eq!((cart.lines().len(), cart.quantity_of(&id("a"))), (1, 3));
    }
}
