use serde::{Deserialize, Serialize};

use crate::catalogue::ProductId;

/// The most pieces of one product in a cart or an order.
pub const MAX_LINE_QUANTITY: u32 = 99;

/// How many pieces: 1 to [`MAX_LINE_QUANTITY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

impl Quantity {
    /// One piece.
    pub const ONE: Self = Self(1);

    /// Checks the bounds.
    ///
    /// # Errors
    /// [`QuantityError`] outside of them.
    pub const fn new(pieces: u32) -> Result<Self, QuantityError> {
        if pieces >= 1 && pieces <= MAX_LINE_QUANTITY { Ok(Self(pieces)) } else { Err(QuantityError) }
    }

    /// The number of pieces.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// So many more, up to the most there may be.
    #[must_use]
    pub fn plus(self, pieces: u32) -> Self {
        Self(self.0.saturating_add(pieces).min(MAX_LINE_QUANTITY))
    }
}

impl TryFrom<u32> for Quantity {
    type Error = QuantityError;
    fn try_from(pieces: u32) -> Result<Self, QuantityError> {
        Self::new(pieces)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// Not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number from 1 to {MAX_LINE_QUANTITY}")]
pub struct QuantityError;

/// So many of a product. Prices are not part of it: they come from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// Which product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: Quantity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_nothing_or_of_too_many_is_refused() {
        for (json, good) in
            [("1", true), ("99", true), ("0", false), ("100", false), ("-1", false), ("1.5", false)]
        {
            assert_eq!(serde_json::from_str::<Quantity>(json).is_ok(), good, "{json}");
        }
    }

    #[test]
    fn a_line_with_a_price_is_refused() {
        let json = r#"{"product_id":"apple-sapling","quantity":1,"price":1}"#;
        assert!(serde_json::from_str::<CartLine>(json).is_err());
    }
}
