//! The cart: lines that both sides count alike, and the person's own one that the API keeps.
//!
//! A browser that nobody is signed in to keeps lines alone. At sign-in it sends them to
//! [`CART_MERGE`](crate::paths::CART_MERGE), and from then on the cart is the account's: read by `GET`,
//! replaced by `PUT` of [`crate::paths::CART`], emptied by the order.

use serde::{Deserialize, Serialize};

use crate::catalogue::ProductId;
use crate::money::Money;

/// The most pieces of one product in a cart or an order.
pub const MAX_LINE_QUANTITY: u32 = 99;

/// The most lines of a cart and of an order.
pub const MAX_LINES: usize = 100;

/// How many pieces: 1 to [`MAX_LINE_QUANTITY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = u32, minimum = 1, maximum = 99))]
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

    /// At most what is in stock. Where nothing is left it stays as it is: a line of no pieces is no line,
    /// and whoever put it there should see that it is sold out.
    #[must_use]
    pub fn capped_at(self, stock: u32) -> Self {
        if stock == 0 { self } else { Self(self.0.min(stock)) }
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// Which product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: Quantity,
}

/// The body of `PUT /api/cart`: what the whole cart shall be.
///
/// Refused with `cart_changed` (409) where the cart is not at `version` any more: read it again, and decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutCart {
    /// The version that this change was made of; 0 for a cart that never was.
    pub version: u64,
    /// At most [`MAX_LINES`]; a product stands in one line only. None empties the cart.
    pub lines: Vec<CartLine>,
}

/// The body of `POST /api/cart/merge`: the lines of a browser that somebody has just signed in to.
///
/// Of each product the larger quantity counts, so that merging twice is merging once, and nothing is
/// refused: what cannot be kept is told as a [`CartChange`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeCart {
    /// At most [`MAX_LINES`]; a product stands in one line only.
    pub lines: Vec<CartLine>,
}

/// The answer of all three: the person's cart as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cart {
    /// Goes up with each change; 0 for a cart that never was. An order consumes one version.
    pub version: u64,
    /// In the order they were added.
    pub lines: Vec<CartItem>,
    /// What an order of this cart costs today: the `expected_total` of [`NewOrder`](crate::NewOrder).
    /// Lines that are no longer sold count nothing.
    pub total: Money,
    /// What is not as it was asked for; empty after `GET`.
    pub changes: Vec<CartChange>,
}

/// A line of the person's cart beside today's catalogue. What differs is shown, never changed by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CartItem {
    /// Which product.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// How many.
    pub quantity: Quantity,
    /// For one piece, when this line got its quantity.
    pub seen_price: Money,
    /// For one piece today; `null` where it is no longer sold.
    pub price: Option<Money>,
    /// Pieces in stock; 0 where it is no longer sold.
    pub stock: u32,
}

/// Something of a cart that did not become what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CartChange {
    /// Of which product.
    pub product_id: ProductId,
    /// What happened.
    pub kind: CartChangeKind,
    /// Pieces that were asked for.
    pub from: u32,
    /// Pieces that stand in the cart now; 0 where the line is gone.
    pub to: u32,
}

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CartChangeKind {
    /// The account's cart held more pieces than this browser's, or the product at all.
    FromAccount,
    /// Fewer pieces are in stock.
    Capped,
    /// None is in stock; the line stays, and an order of it is refused.
    SoldOut,
    /// Not in the catalogue any more; a line stays where it was in the account's cart.
    NoLongerSold,
    /// A cart has at most [`MAX_LINES`] lines.
    NoRoom,
}

impl CartChangeKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::FromAccount, Self::Capped, Self::SoldOut, Self::NoLongerSold, Self::NoRoom];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FromAccount => "from_account",
            Self::Capped => "capped",
            Self::SoldOut => "sold_out",
            Self::NoLongerSold => "no_longer_sold",
            Self::NoRoom => "no_room",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The first product that stands in two lines.
pub fn repeated_product(lines: &[CartLine]) -> Option<&ProductId> {
    let is_repeated = |(i, line): &(usize, &CartLine)| {
        lines[..*i].iter().any(|earlier| earlier.product_id == line.product_id)
    };
    lines.iter().enumerate().find(is_repeated).map(|(_, line)| &line.product_id)
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

    #[test]
    fn a_quantity_is_capped_at_what_is_left() {
        let five = Quantity::new(5).unwrap();
        for (stock, kept) in [(9, 5), (5, 5), (2, 2), (0, 5)] {
            assert_eq!(five.capped_at(stock).get(), kept, "{stock}");
        }
    }

    #[test]
    fn a_change_is_written_as_its_word() {
        for kind in CartChangeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(CartChangeKind::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn the_product_that_stands_there_twice_is_found() {
        let line = |id: &str| CartLine { product_id: ProductId::parse(id).unwrap(), quantity: Quantity::ONE };
        assert_eq!(repeated_product(&[line("a"), line("b")]), None);
        assert_eq!(repeated_product(&[line("a"), line("b"), line("b")]).unwrap().as_str(), "b");
    }
}
