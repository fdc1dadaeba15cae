//! The cart: what the shopper means to buy, kept in the browser and, from the sign-in on, in the account.

mod account;
mod contents;
mod news;
mod pricing;
mod store;

pub(crate) use account::AccountCart;
pub(crate) use contents::Cart;
pub(crate) use pricing::{PricedCart, PricedLine};
pub(crate) use store::CartStore;

/// What the API may answer about a person's cart, for tests.
#[cfg(test)]
pub(crate) fn sample_answer() -> shared::Cart {
    use shared::{CartChange, CartChangeKind, CartItem, Money, ProductId, Quantity};
    let product_id = ProductId::parse("fig-sapling").unwrap();
    let item = CartItem {
        product_id: product_id.clone(),
        name: "Fig".to_owned(),
        quantity: Quantity::new(2).unwrap(),
        seen_price: Money::from_cents(1250),
        price: Some(Money::from_cents(1250)),
        stock: 2,
    };
    let change = CartChange { product_id, kind: CartChangeKind::Capped, from: 3, to: 2 };
    shared::Cart { version: 7, lines: vec![item], total: Money::from_cents(2500), changes: vec![change] }
}
