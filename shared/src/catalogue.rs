//! The catalogue: products, shelves, and how a page of them is asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// A product's name in addresses: lower-case words joined by hyphens, e.g. `apple-sapling`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, pattern = "^[a-z0-9-]{1,64}$", example = "apple-sapling"))]
#[serde(try_from = "String", into = "String")]
pub struct ProductId(String);

impl ProductId {
    /// Reads an id: 1 to 64 characters of `[a-z0-9-]`.
    ///
    /// # Errors
    /// [`ProductIdError`] for everything else.
    pub fn parse(text: &str) -> Result<Self, ProductIdError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ProductIdError)
        }
    }

    /// The id as it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ProductId {
    type Error = ProductIdError;
    fn try_from(text: String) -> Result<Self, ProductIdError> {
        Self::parse(&text)
    }
}

impl From<ProductId> for String {
    fn from(id: ProductId) -> Self {
        id.0
    }
}

/// Not a product id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a product id has 1 to 64 characters of a-z, 0-9 and -")]
pub struct ProductIdError;

/// A shelf of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Young trees and shrubs.
    Saplings,
    /// Flowers and vegetables by the packet.
    Seeds,
    /// Things with handles.
    Tools,
    /// Pots, soil and what keeps plants well.
    Care,
}

impl Category {
    /// All shelves in the order of the shop.
    pub const ALL: [Self; 4] = [Self::Saplings, Self::Seeds, Self::Tools, Self::Care];

    /// The word in addresses and on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Saplings => "saplings",
            Self::Seeds => "seeds",
            Self::Tools => "tools",
            Self::Care => "care",
        }
    }

    /// The word on the page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Saplings => "Saplings",
            Self::Seeds => "Seeds",
            Self::Tools => "Tools",
            Self::Care => "Pots & care",
        }
    }

    /// Reads a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.slug() == slug)
    }
}

/// A product as the shop shows it. Its picture is `/art/products/{id}.svg` of the SPA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Product {
    /// Its name in addresses.
    pub id: ProductId,
    /// Its name on the page.
    pub name: String,
    /// One line for the card.
    pub summary: String,
    /// A paragraph for its page.
    pub description: String,
    /// Its shelf.
    pub category: Category,
    /// For one piece.
    pub price: Money,
    /// Pieces in stock.
    pub stock: u32,
}

/// The order of a list of products: the value of `sort`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProductSort {
    /// As the shop has them on its shelves.
    #[default]
    Shop,
    /// By name, A to Z.
    Name,
    /// The cheapest first.
    Price,
    /// The dearest first.
    PriceDown,
}

impl ProductSort {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 4] = [Self::Shop, Self::Name, Self::Price, Self::PriceDown];

    /// The word in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Name => "name",
            Self::Price => "price",
            Self::PriceDown => "price-down",
        }
    }

    /// The words on the page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shop => "Our order",
            Self::Name => "Name",
            Self::Price => "Price, low to high",
            Self::PriceDown => "Price, high to low",
        }
    }

    /// Reads a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}

/// How many items a page holds where the request does not say; `limit` in every list.
pub const DEFAULT_PAGE_LIMIT: u32 = 50;

/// The most items of a page.
pub const MAX_PAGE_LIMIT: u32 = 100;

/// The answer of `GET /api/products?search=&category=&sort=&limit=&cursor=`, and of `GET /api/products?ids=`. All
/// parameters are optional, and an empty value counts as none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProductPage {
    /// What was found, in the wished order.
    pub products: Vec<Product>,
    /// How many there are on all pages together.
    pub total: u32,
    /// The `cursor` of the next page; absent on the last one. It goes with the same `sort`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_what_serde_writes() {
        for category in Category::ALL {
            assert_eq!(serde_json::to_value(category).unwrap(), category.slug());
            assert_eq!(Category::from_slug(category.slug()), Some(category));
        }
    }

    #[test]
    fn sorts_are_what_serde_writes() {
        for sort in ProductSort::ALL {
            assert_eq!(serde_json::to_value(sort).unwrap(), sort.slug());
            assert_eq!(ProductSort::from_slug(sort.slug()), Some(sort));
        }
    }

    #[test]
    fn a_product_id_is_fit_for_an_address() {
        assert!(ProductId::parse("apple-sapling-2").is_ok());
        for bad in ["", "Apple", "a/b", "a b", "ü", &"a".repeat(65)] {
            assert!(ProductId::parse(bad).is_err(), "{bad}");
        }
    }
}
