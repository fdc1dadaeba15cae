//! The catalogue as the API gave it, and what the shopper wants to see of it.

mod filter;
mod store;

pub(crate) use filter::{AFTER, CATEGORY, Filter, PAGE, PER_PAGE, SEARCH, SORT};
pub(crate) use store::{Asked, Catalogue, Listing, Products};

/// A product for tests.
#[cfg(test)]
pub(crate) fn sample(id: &str, cents: i64, stock: u32) -> shared::Product {
    shared::Product {
        id: shared::ProductId::parse(id).unwrap(),
        name: format!("The {id}"),
        summary: format!("A line about {id}"),
        description: format!("A paragraph about {id}"),
        category: shared::Category::Seeds,
        price: shared::Money::from_cents(cents),
        stock,
    }
}
