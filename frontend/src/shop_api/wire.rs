//! Reads the API's messages out of JSON, member by member, and writes the one that the shop sends.
//!
//! `shared` derives readers for them, but each derived reader costs a shopper two kilobytes of download, and the
//! browser has one for JSON values in general. A test holds these readers against what `shared` writes.

use okta_sycamore::Json;
use shared::{
    Address, AddressField, Cart, CartChange, CartChangeKind, CartItem, CartLine, Category, FieldProblem,
    Message, Money, NewOrder, Order, OrderLine, OrderStatus, Problem, Product, ProductId, Quantity,
};

/// Something that can be read out of JSON; `None` where it is not of that shape. Unknown members are let be.
pub(crate) trait Wire: Sized {
    fn read(value: &Json) -> Option<Self>;
}

/// An address as the API reads it; the shop remembers it in the same shape.
pub(crate) fn written_address(address: &Address) -> Json {
    let mut written = Json::object();
    for field in AddressField::ALL {
        written.put(field.as_str(), address.get(field));
    }
    written
}

/// An order as the API reads it (`shared::NewOrder`).
pub(crate) fn written_order(order: &NewOrder) -> Json {
    let mut written = Json::object();
    written.put("cart_version", order.cart_version as i64);
    written.put("expected_total", order.expected_total.cents());
    written.put("address", written_address(&order.address));
    written
}

/// Lines as the API reads them (`shared::MergeCart`, and with a version `shared::PutCart`).
pub(crate) fn written_lines(lines: &[CartLine]) -> Json {
    let line = |line: &CartLine| {
        let mut written = Json::object();
        written.put("product_id", line.product_id.as_str());
        written.put("quantity", i64::from(line.quantity.get()));
        written
    };
    let mut order = Json::object();
    order.put("lines", Json::List(lines.iter().map(line).collect()));
    order
}

/// The member `name` of an object.
pub(crate) fn member<T: Wire>(value: &Json, name: &str) -> Option<T> {
    T::read(value.get(name)?)
}

impl<T: Wire> Wire for Vec<T> {
    fn read(value: &Json) -> Option<Self> {
        value.as_array()?.iter().map(T::read).collect()
    }
}

impl Wire for String {
    fn read(value: &Json) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Wire for u32 {
    fn read(value: &Json) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }
}

impl Wire for Money {
    fn read(value: &Json) -> Option<Self> {
        value.as_i64().map(Self::from_cents)
    }
}

impl Wire for ProductId {
    fn read(value: &Json) -> Option<Self> {
        Self::parse(value.as_str()?).ok()
    }
}

impl Wire for Quantity {
    fn read(value: &Json) -> Option<Self> {
        Self::new(u32::read(value)?).ok()
    }
}

impl Wire for Product {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            id: member(value, "id")?,
            name: member(value, "name")?,
            summary: member(value, "summary")?,
            description: member(value, "description")?,
            category: Category::from_slug(value.get("category")?.as_str()?)?,
            price: member(value, "price")?,
            stock: member(value, "stock")?,
        })
    }
}

impl Wire for Cart {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            version: value.get("version")?.as_u64()?,
            lines: member(value, "lines")?,
            total: member(value, "total")?,
            changes: member(value, "changes")?,
        })
    }
}

impl Wire for CartItem {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            product_id: member(value, "product_id")?,
            name: member(value, "name")?,
            quantity: member(value, "quantity")?,
            seen_price: member(value, "seen_price")?,
            price: member(value, "price"),
            stock: member(value, "stock")?,
        })
    }
}

impl Wire for CartChange {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            product_id: member(value, "product_id")?,
            kind: CartChangeKind::parse(value.get("kind")?.as_str()?)?,
            from: member(value, "from")?,
            to: member(value, "to")?,
        })
    }
}

impl Wire for Order {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            number: member(value, "number")?,
            placed_at: member(value, "placed_at")?,
            status: OrderStatus::parse(value.get("status")?.as_str()?)?,
            status_since: member(value, "status_since")?,
            lines: member(value, "lines")?,
            total: member(value, "total")?,
            address: member(value, "address")?,
        })
    }
}

impl Wire for Address {
    fn read(value: &Json) -> Option<Self> {
        let mut address = Self::default();
        for field in AddressField::ALL {
            address.set(field, member(value, field.as_str())?);
        }
        Some(address)
    }
}

impl Wire for OrderLine {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            product_id: member(value, "product_id")?,
            name: member(value, "name")?,
            quantity: member(value, "quantity")?,
            unit_price: member(value, "unit_price")?,
        })
    }
}

impl Wire for Message {
    fn read(value: &Json) -> Option<Self> {
        Some(Self { date: member(value, "date")?, text: member(value, "text")? })
    }
}

impl Wire for Problem {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            kind: member(value, "type")?,
            title: member(value, "title")?,
            status: value.get("status")?.as_u64()?.try_into().ok()?,
            code: member(value, "code")?,
            detail: member(value, "detail"),
            total: member(value, "total"),
            fields: member(value, "fields").unwrap_or_default(),
        })
    }
}

impl Wire for FieldProblem {
    fn read(value: &Json) -> Option<Self> {
        Some(Self { field: member(value, "field")?, message: member(value, "message")? })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use okta_sycamore::read_json;
    use serde_json::{from_str, to_value};
    use shared::{MergeCart, ProblemCode};

    use super::*;

    /// What `shared` writes is read back, and without any one of its members it is refused.
    #[track_caller]
    fn check<T: Wire + serde::Serialize + PartialEq + Debug>(message: &T, may_lack: &[&str]) {
        let written = to_value(message).unwrap();
        let read = |written: &serde_json::Value| T::read(&read_json(&written.to_string()).unwrap());
        assert_eq!(read(&written).as_ref(), Some(message));
        for name in written.as_object().unwrap().keys() {
            let mut lacking = written.clone();
            lacking.as_object_mut().unwrap().remove(name);
            assert_eq!(read(&lacking).is_some(), may_lack.contains(&name.as_str()), "{name}");
        }
    }

    #[test]
    fn what_the_api_writes_is_read_back() {
        for category in Category::ALL {
            let mut product = crate::catalogue::sample("fig-sapling", 1250, 3);
            product.category = category;
            check(&product, &[]);
        }
        check(&crate::pages::sample_order(), &[]);
        check(&crate::cart::sample_answer(), &[]);
        check(&crate::cart::sample_answer().lines[0], &["price"]);
        check(&crate::cart::sample_answer().changes[0], &[]);
        check(&Message { date: "2026-11-22T19:49:05Z".to_owned(), text: "Hello".to_owned() }, &[]);
        check(&ProblemCode::OutOfStock.problem(Some("2 left".to_owned())), &["detail"]);
    }

    #[test]
    fn the_api_reads_the_lines_that_are_written() {
        let product_id = ProductId::parse("fig-sapling").unwrap();
        let lines = vec![CartLine { product_id, quantity: Quantity::new(3).unwrap() }];
        let read: MergeCart = from_str(&written_lines(&lines).to_text()).unwrap();
        assert_eq!(read.lines, lines);
        let (expected_total, address) = (Money::from_cents(1250), crate::pages::sample_order().address);
        let order = NewOrder { cart_version: 7, expected_total, address };
        assert_eq!(from_str::<NewOrder>(&written_order(&order).to_text()).unwrap(), order);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        assert_eq!(Quantity::read(&Json::from(100)), None);
        assert_eq!(u32::read(&Json::from(-1)), None);
        assert_eq!(ProductId::read(&Json::from("../x")), None);
        assert_eq!(Vec::<Message>::read(&Json::Null), None);
    }
}
