//! Which products of the catalogue, and in which order.

use shared::{Category, ProductId, ProductSort};

/// What a shopper looks for; everything in the shop's order, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CatalogueFilter {
    /// One shelf only.
    pub(crate) category: Option<Category>,
    /// Words of the name or the summary, or pieces of them, in any case.
    pub(crate) search: Option<String>,
    /// In which order; with a search, the shop's order is the best match first.
    pub(crate) sort: ProductSort,
    /// Only what comes after this product in that order.
    pub(crate) after: Option<ProductId>,
}

impl CatalogueFilter {
    /// Shelf and product, as statements have them.
    pub(super) fn args(&self) -> (Option<&str>, Option<&str>) {
        (self.category.map(Category::slug), self.after.as_ref().map(ProductId::as_str))
    }
}
