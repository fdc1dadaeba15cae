//! Search and category, kept in the address so that reload, back and a shared link show the same.

use shared::{Category, Product, ProductId};

use crate::navigation::Address;

/// The query parameter of the search box.
pub(crate) const SEARCH: &str = "q";
/// The query parameter of the shelf.
pub(crate) const CATEGORY: &str = "category";

/// What the shopper wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// As typed.
    pub(crate) search: String,
    /// `None` is all shelves.
    pub(crate) category: Option<Category>,
}

impl Filter {
    /// Reads the address. A shelf that the shop does not have is all of them.
    pub(crate) fn of(address: &Address) -> Self {
        Self {
            search: address.param(SEARCH).unwrap_or_default(),
            category: address.param(CATEGORY).and_then(|slug| Category::from_slug(&slug)),
        }
    }

    /// The products that hold every word of the search, in the shop's order.
    pub(crate) fn apply(&self, catalogue: &[Product]) -> Vec<ProductId> {
        let search = self.search.to_ascii_lowercase();
        let words: Vec<&str> = search.split(' ').filter(|word| !word.is_empty()).collect();
        let found = catalogue.iter().filter(|product| self.shelf_of(product) && holds(product, &words));
        found.map(|product| product.id.clone()).collect()
    }

    fn shelf_of(&self, product: &Product) -> bool {
        self.category.is_none_or(|category| category == product.category)
    }
}

fn holds(product: &Product, words: &[&str]) -> bool {
    let text = [&product.name, &product.summary, &product.description, product.category.title()]
        .join(" ")
        .to_ascii_lowercase();
    // Byte by byte: the library's search is made for long texts, and shoppers would download it for these.
    words.iter().all(|word| text.as_bytes().windows(word.len()).any(|part| part == word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;

    #[track_caller]
    fn check(query: &str, found: &[&str]) {
        let mut spade = sample("spade", 100, 1);
        spade.category = Category::Tools;
        let catalogue = [sample("tomato", 100, 1), sample("carrot", 100, 1), spade];
        let filter = Filter::of(&Address::parse(&format!("/products?{query}")));
        let ids: Vec<_> = filter.apply(&catalogue).iter().map(ToString::to_string).collect();
        assert_eq!(ids, found, "{query}");
    }

    #[test]
    fn every_word_must_be_found_in_any_case() {
        check("", &["tomato", "carrot", "spade"]);
        check("q=TOMATO+line", &["tomato"]);
        check("q=tomato+carrot", &[]);
        check("q=++", &["tomato", "carrot", "spade"]);
        check("q=seeds", &["tomato", "carrot"]);
    }

    #[test]
    fn a_shelf_narrows_and_an_unknown_one_does_not() {
        check("category=tools", &["spade"]);
        check("category=tools&q=carrot", &[]);
        check("category=attic", &["tomato", "carrot", "spade"]);
    }
}
