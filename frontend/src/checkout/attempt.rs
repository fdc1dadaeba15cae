//! One attempt to place one order.

use shared::NewOrder;

use crate::shop_api::written_lines;

/// A key and what it stands for, written as the key, a space and the order's JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    pub(super) key: String,
    order: String,
}

impl Attempt {
    /// The stored attempt where it is for the same order, otherwise a new one. The same key with another order
    /// would be refused by the API.
    pub(super) fn resume(
        stored: Option<&str>,
        order: &NewOrder,
        fresh_key: impl FnOnce() -> Option<String>,
    ) -> Option<Self> {
        let order = written_lines(&order.lines).to_text();
        let (key, stored) = stored.and_then(|stored| stored.split_once(' ')).unwrap_or_default();
        let key = if key.is_empty() || stored != order { fresh_key()? } else { key.to_owned() };
        Some(Self { key, order })
    }

    pub(super) fn encode(&self) -> String {
        [&self.key, " ", &self.order].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{CartLine, ProductId, Quantity};

    fn resume(stored: Option<&str>, pieces: u32) -> Attempt {
        let product_id = ProductId::parse("fig-sapling").unwrap();
        let lines = vec![CartLine { product_id, quantity: Quantity::new(pieces).unwrap() }];
        Attempt::resume(stored, &NewOrder { lines }, || Some("fresh".to_owned())).unwrap()
    }

    #[test]
    fn the_same_order_keeps_its_key() {
        let stored = resume(None, 2).encode().replace("fresh", "first");
        assert_eq!(resume(Some(&stored), 2).key, "first");
        assert_eq!(resume(Some(&stored), 3).key, "fresh");
    }

    #[test]
    fn garbage_and_nothing_get_a_fresh_key() {
        for stored in [None, Some(""), Some(" "), Some("first"), Some("first {}"), Some(" {\"lines\":[]}")] {
            assert_eq!(resume(stored, 1).key, "fresh", "{stored:?}");
        }
    }
}
