//! The catalogue as a file: `seed/products.json`, part of the program, or one of the shop's staff.

use std::collections::BTreeSet;
use std::io;

use serde::Deserialize;
use shared::{Category, Money, Product, ProductId};

use crate::strict_json::{self, ShapeError};

/// The catalogue of a new shop.
const BUILT_IN: &str = include_str!("../seed/products.json");

/// A million dollars: above it, somebody typed dollars for cents twice.
const MAX_PRICE_CENTS: i64 = 100_000_000;
const MAX_STOCK: u32 = 1_000_000;

/// A product as it stands in a seed file; `price` is in cents. Unknown members are refused, because a
/// misspelt one would be lost without a word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedProduct {
    id: ProductId,
    name: String,
    summary: String,
    description: String,
    category: Category,
    price: Money,
    stock: u32,
}

impl SeedProduct {
    fn check(self) -> Result<Product, SeedError> {
        let texts = [&self.name, &self.summary, &self.description];
        if texts.iter().any(|text| shared::visible(text).is_empty()) {
            return Err(SeedError::EmptyText(self.id));
        }
        if texts.iter().any(|text| text.contains(is_unprintable)) {
            return Err(SeedError::ControlCharacter(self.id));
        }
        if !(1..=MAX_PRICE_CENTS).contains(&self.price.cents()) {
            return Err(SeedError::Price(self.id));
        }
        if self.stock > MAX_STOCK {
            return Err(SeedError::Stock(self.id));
        }
        let Self { id, name, summary, description, category, price, stock } = self;
        Ok(Product { id, name, summary, description, category, price, stock })
    }
}

/// A control character other than a line's end and a tab.
fn is_unprintable(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// The catalogue of a new shop.
///
/// # Errors
/// When the file that the program was built with is wrong; a test keeps it right.
pub(crate) fn built_in() -> Result<Vec<Product>, SeedError> {
    parse(BUILT_IN)
}

/// Reads a seed file: a JSON array of products, in the order of the shop.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn parse(json: &str) -> Result<Vec<Product>, SeedError> {
    let products: Vec<SeedProduct> =
        strict_json::read(&serde_json::from_str(json).map_err(SeedError::Json)?).map_err(SeedError::Shape)?;
    if products.is_empty() {
        return Err(SeedError::Empty);
    }
    let mut seen = BTreeSet::new();
    if let Some(product) = products.iter().find(|product| !seen.insert(product.id.clone())) {
        return Err(SeedError::Repeated(product.id.clone()));
    }
    products.into_iter().map(SeedProduct::check).collect()
}

/// Why a seed file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// It cannot be read.
    #[error("the seed file {path} cannot be read")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Not JSON.
    #[error("the seed file is not a list of products")]
    Json(#[source] serde_json::Error),
    /// Not an array of products.
    #[error("the seed file is not a list of products")]
    Shape(#[source] ShapeError),
    /// No products: that would empty the shop.
    #[error("the seed file holds no product")]
    Empty,
    /// The same id twice.
    #[error("the product {0} is listed twice")]
    Repeated(ProductId),
    /// A name, summary or description without text.
    #[error("the product {0} needs a name, a summary and a description")]
    EmptyText(ProductId),
    /// Something that cannot be shown, and that not every database takes.
    #[error("the texts of {0} must not hold control characters")]
    ControlCharacter(ProductId),
    /// Nothing, less, or too much.
    #[error("the price of {0} must be from 1 to {MAX_PRICE_CENTS} cents")]
    Price(ProductId),
    /// More than a shop can hold.
    #[error("the stock of {0} must be at most {MAX_STOCK}")]
    Stock(ProductId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_fills_every_shelf() {
        let products = built_in().unwrap();
        assert!(products.len() >= 48);
        for category in Category::ALL {
            assert!(
                products.iter().filter(|product| product.category == category).count() >= 11,
                "{category:?}"
            );
        }
    }

    #[track_caller]
    fn check(change: &str, to: &str, expected: &str) {
        let good = r#"[{"id":"a","name":"A","summary":"s","description":"d","category":"care","price":1,"stock":0}]"#;
        assert!(parse(good).is_ok() && good.contains(change));
        assert_eq!(parse(&good.replace(change, to)).unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_seed_file_is_refused_with_the_reason() {
        check("\"price\":1", "\"price\":0", "the price of a must be from 1 to 100000000 cents");
        check("\"stock\":0", "\"stock\":1000001", "the stock of a must be at most 1000000");
        check("\"name\":\"A\"", "\"name\":\" \"", "the product a needs a name, a summary and a description");
        check("\"s\"", "\"\u{200b}\u{3164}\"", "the product a needs a name, a summary and a description");
        check("\"d\"", "\"d\\u0000\"", "the texts of a must not hold control characters");
        check("\"stock\"", "\"stcok\"", "the seed file is not a list of products");
        check("\"care\"", "\"shoes\"", "the seed file is not a list of products");
        assert!(parse(r#"[["a","A","s","d","care",1,0]]"#).is_err());
        assert_eq!(parse("[]").unwrap_err().to_string(), "the seed file holds no product");
    }
}
