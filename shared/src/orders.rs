use serde::{Deserialize, Serialize};

use crate::cart::{CartLine, Quantity};
use crate::catalogue::ProductId;
use crate::money::Money;

/// The body of `POST /api/orders`: what, not for how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// At least one line; a product stands in one line only.
    pub lines: Vec<CartLine>,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderStatus {
    /// Accepted, stock set aside.
    Placed,
    /// Taken back before it left.
    Cancelled,
    /// On its way.
    Shipped,
}

impl OrderStatus {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Cancelled => "cancelled",
            Self::Shipped => "shipped",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Placed, Self::Cancelled, Self::Shipped].into_iter().find(|status| status.as_str() == text)
    }
}

/// One line of an order, with the price as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Which product.
    pub product_id: ProductId,
    /// Its name at that time.
    pub name: String,
    /// How many.
    pub quantity: Quantity,
    /// For one piece, at that time.
    pub unit_price: Money,
}

/// An order as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number, e.g. `G-7K3M-92QF`: not guessable, easy to read out.
    pub number: String,
    /// RFC 3339, UTC.
    pub placed_at: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// The sum of the lines.
    pub total: Money,
}

/// The answer of `GET /api/orders`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The bearer's own orders.
    pub orders: Vec<Order>,
}
