//! Search, category, order and page, kept in the address so that reload, back and a shared link show the same.

use shared::{Category, Product, ProductId, ProductSort};

use crate::navigation::Address;

/// The query parameter of the search box.
pub(crate) const SEARCH: &str = "q";
/// The query parameter of the shelf.
pub(crate) const CATEGORY: &str = "category";

/// The query parameter of the order.
pub(crate) const SORT: &str = "sort";
/// The query parameter of the page, from 1 on.
pub(crate) const PAGE: &str = "page";
/// Products on a page: a number that fills rows of two, three and four.
const PER_PAGE: usize = 24;

/// What the shopper wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// As typed.
    pub(crate) search: String,
    /// `None` is all shelves.
    pub(crate) category: Option<Category>,
    /// In which order.
    pub(crate) sort: ProductSort,
    /// Counted from 0.
    page: usize,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// On this page, in the wished order.
    pub(crate) ids: Vec<ProductId>,
    /// On all pages.
    pub(crate) total: usize,
    /// Counted from 1.
    pub(crate) page: usize,
    /// At least 1.
    pub(crate) pages: usize,
}

impl Filter {
    /// Reads the address. A shelf that the shop does not have is all of them.
    pub(crate) fn of(address: &Address) -> Self {
        Self {
            search: address.param(SEARCH).unwrap_or_default(),
            category: address.param(CATEGORY).and_then(|slug| Category::from_slug(&slug)),
            sort: address.param(SORT).and_then(|slug| ProductSort::from_slug(&slug)).unwrap_or_default(),
            page: address.param(PAGE).and_then(|page| page.parse().ok()).unwrap_or(1usize).saturating_sub(1),
        }
    }

    /// The products that hold every word of the search, those of the wished page. Behind the last page is the
    /// last page.
    pub(crate) fn apply(&self, catalogue: &[Product]) -> Found {
        let search = shared::visible(&self.search).to_ascii_lowercase();
        let words: Vec<&str> = search.split(' ').filter(|word| !word.is_empty()).collect();
        let mut found: Vec<&Product> =
            catalogue.iter().filter(|product| self.shelf_of(product) && holds(product, &words)).collect();
        let sort = self.sort;
        if sort != ProductSort::Shop {
            found.sort_by(&mut |a: &&Product, b: &&Product| match sort {
                ProductSort::Price => a.price.cmp(&b.price),
                ProductSort::PriceDown => b.price.cmp(&a.price),
                _ => a.name.cmp(&b.name),
            });
        }
        let (total, pages) = (found.len(), found.len().div_ceil(PER_PAGE).max(1));
        let page = self.page.min(pages - 1);
        let ids =
            found.iter().skip(page * PER_PAGE).take(PER_PAGE).map(|product| product.id.clone()).collect();
        Found { ids, total, page: page + 1, pages }
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
        let ids: Vec<_> = filter.apply(&catalogue).ids.iter().map(ToString::to_string).collect();
        assert_eq!(ids, found, "{query}");
    }

    #[test]
    fn every_word_must_be_found_in_any_case() {
        check("", &["tomato", "carrot", "spade"]);
        check("q=TOMATO+line", &["tomato"]);
        check("q=tomato+carrot", &[]);
        check("q=%E2%80%8Btom%C2%ADato%C2%A0line", &["tomato"]);
        check("q=++", &["tomato", "carrot", "spade"]);
        check("q=seeds", &["tomato", "carrot"]);
    }

    #[test]
    fn a_shelf_narrows_and_an_unknown_one_does_not() {
        check("category=tools", &["spade"]);
        check("category=tools&q=carrot", &[]);
        check("category=attic", &["tomato", "carrot", "spade"]);
    }

    #[test]
    fn the_order_is_that_of_the_address_and_else_the_shops() {
        check("sort=name", &["carrot", "spade", "tomato"]);
        check("sort=price&q=The", &["tomato", "carrot", "spade"]);
        check("sort=none", &["tomato", "carrot", "spade"]);
    }

    #[test]
    fn a_page_holds_so_many_and_behind_the_last_one_is_the_last_one() {
        let catalogue: Vec<_> = (0..50).map(|n| sample(&format!("p{n}"), 100, 1)).collect();
        for (page, first, pieces, shown) in [
            ("", "p0", 24, 1),
            ("page=2", "p24", 24, 2),
            ("page=9", "p48", 2, 3),
            ("page=x", "p0", 24, 1),
            ("page=0", "p0", 24, 1),
        ] {
            let found = Filter::of(&Address::parse(&format!("/products?{page}"))).apply(&catalogue);
            assert_eq!(
                (found.ids[0].as_str(), found.ids.len(), found.page),
                (first, pieces, shown),
                "{page}"
            );
            assert_eq!((found.total, found.pages), (50, 3));
        }
    }
}
