//! A product as the database has it.

use shared::{Category, Money, Product, ProductId};
use sqlx::FromRow;

use super::error::unreadable;

/// A row of `products`.
#[derive(FromRow)]
pub(super) struct ProductRow {
    id: String,
    name: String,
    summary: String,
    description: String,
    category: String,
    price_cents: i64,
    stock: i64,
}

impl TryFrom<ProductRow> for Product {
    type Error = sqlx::Error;

    fn try_from(row: ProductRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: ProductId::parse(&row.id).map_err(unreadable)?,
            name: row.name,
            summary: row.summary,
            description: row.description,
            category: Category::from_slug(&row.category)
                .ok_or_else(|| sqlx::Error::Decode("unknown category".into()))?,
            price: Money::from_cents(row.price_cents),
            stock: u32::try_from(row.stock).map_err(unreadable)?,
        })
    }
}
