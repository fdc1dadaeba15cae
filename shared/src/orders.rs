//! Orders: how one is placed, where it stands, and what staff do with it.

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::cart::Quantity;
use crate::catalogue::ProductId;
use crate::money::Money;

/// The body of `POST /api/orders`: orders the person's whole cart, as the person last saw it.
///
/// What is bought stands in the cart, and what it costs in the database; both must still be what the person
/// agreed to. Otherwise 409: `cart_changed` where the cart is at another version (another tab may have
/// ordered it), `total_changed` with the new `total` where a price has changed, `out_of_stock`, `cart_empty`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// [`Cart::version`](crate::Cart::version).
    pub cart_version: u64,
    /// [`Cart::total`](crate::Cart::total).
    pub expected_total: Money,
    /// Where it shall go; see [`Address::check`].
    pub address: Address,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OrderStatus {
    /// Accepted, stock set aside.
    Placed,
    /// Taken back before it left; the pieces are in stock again.
    Cancelled,
    /// On its way.
    Shipped,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Placed, Self::Cancelled, Self::Shipped];

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
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether an order may go from here to there: a placed one may be cancelled or shipped, and either is
    /// the end. To stay where it is is no transition.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Placed, Self::Cancelled | Self::Shipped))
    }
}

/// One line of an order, with the price as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

/// An order as its owner and the staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Order {
    /// Its number, e.g. `G-7K3M-92QF`: not guessable, easy to read out.
    pub number: String,
    /// RFC 3339, UTC.
    pub placed_at: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Since when, RFC 3339, UTC.
    pub status_since: String,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// The sum of the lines.
    pub total: Money,
    /// Where it goes.
    pub address: Address,
}

/// The answer of `GET /api/orders` and `GET /api/staff/orders`, newest first. Both take `limit` and
/// `cursor`, the staff's `status` as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderPage {
    /// The bearer's own orders; everyone's for staff.
    pub orders: Vec<Order>,
    /// The `cursor` of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The most pieces that one delivery brings.
pub const MAX_RESTOCK: u32 = 100_000;

/// The body of `POST /api/staff/products/{id}/restock`; the answer is the [`Product`](crate::Product).
/// Needs an `Idempotency-Key`: a repeated delivery is one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Restock {
    /// So many more are on the shelf: 1 to [`MAX_RESTOCK`].
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 100_000))]
    pub pieces: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_placed_order_moves_on() {
        for from in OrderStatus::ALL {
            for to in OrderStatus::ALL {
                let allowed = from == OrderStatus::Placed && to != OrderStatus::Placed;
                assert_eq!(from.may_become(to), allowed, "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn a_status_is_written_as_its_word() {
        for status in OrderStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(OrderStatus::parse(status.as_str()), Some(status));
        }
    }

    #[test]
    fn an_order_that_names_its_price_or_owner_is_refused() {
        let good = r#"{"cart_version":1,"expected_total":100,"address":{"name":"A","street":"1 B","city":"C","postal_code":"10001","country":"US"}}"#;
        assert!(serde_json::from_str::<NewOrder>(good).is_ok());
        for member in ["price", "status", "user_id", "total", "number"] {
            let greedy = good.replacen('{', &format!("{{\"{member}\":1,"), 1);
            assert!(serde_json::from_str::<NewOrder>(&greedy).is_err(), "{member}");
        }
    }
}
