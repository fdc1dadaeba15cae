//! Search, category, order and page, kept in the address so that reload, back and a shared link show the same.

use okta_types::{Form, decimal};
use shared::{Category, ProductSort};

use crate::navigation::Address;

/// The query parameter of the search box.
pub(crate) const SEARCH: &str = "q";
/// The query parameter of the shelf.
pub(crate) const CATEGORY: &str = "category";

/// The query parameter of the order.
pub(crate) const SORT: &str = "sort";
/// The query parameter of the page, from 1 on. It is what is shown; `AFTER` says where the page begins.
pub(crate) const PAGE: &str = "page";
/// The query parameter of the last product of the page before.
pub(crate) const AFTER: &str = "after";
/// Products on a page: a number that fills rows of two, three and four.
pub(crate) const PER_PAGE: usize = 24;

/// What the shopper wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// As typed.
    pub(crate) search: String,
    /// `None` is all shelves.
    pub(crate) category: Option<Category>,
    /// In which order.
    pub(crate) sort: ProductSort,
    /// Counted from 1.
    pub(crate) page: usize,
    /// The page begins after this product.
    pub(crate) after: Option<String>,
}

impl Filter {
    /// Reads the address. A shelf that the shop does not have is all of them, and a page that begins nowhere the first.
    pub(crate) fn of(address: &Address) -> Self {
        let after = address.param(AFTER);
        let page = address.param(PAGE).filter(|_| after.is_some()).and_then(|page| page.parse().ok());
        Self {
            search: address.param(SEARCH).unwrap_or_default(),
            category: address.param(CATEGORY).and_then(|slug| Category::from_slug(&slug)),
            sort: address.param(SORT).and_then(|slug| ProductSort::from_slug(&slug)).unwrap_or_default(),
            page: page.unwrap_or(1),
            after,
        }
    }

    /// What the API is asked for so many products; the cursor is the last part of it.
    pub(crate) fn query(&self, limit: usize) -> String {
        let search = shared::visible(&self.search);
        let sort = Some(self.sort).filter(|sort| *sort != ProductSort::Shop);
        let form = Form::new()
            .with("limit", &decimal(limit as u64))
            .with_some("search", Some(search.as_str()).filter(|search| !search.is_empty()))
            .with_some("category", self.category.map(Category::slug))
            .with_some("sort", sort.map(ProductSort::slug))
            .with_some("cursor", self.after.as_deref());
        form.as_str().to_owned()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::rc::Rc;

    use okta_types::parse_query;
    use shared::Product;

    use super::*;
    use crate::catalogue::{Listing, sample};

    /// What the API answers, as far as tests of pages need it: ids, shelf, words of the name, order and page.
    pub(in crate::catalogue) fn answer(all: &[Product], query: &str) -> Listing {
        let parameters = parse_query(query);
        let value =
            |name: &str| parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        let ids: Option<Vec<&str>> = value("ids").map(|ids| ids.split(',').collect());
        let search = value("search").unwrap_or_default().to_lowercase();
        let mut found: Vec<Product> = all
            .iter()
            .filter(|product| ids.as_ref().is_none_or(|ids| ids.contains(&product.id.as_str())))
            .filter(|product| value("category").is_none_or(|shelf| product.category.slug() == shelf))
            .filter(|product| search.split(' ').all(|word| product.name.to_lowercase().contains(word)))
            .cloned()
            .collect();
        match value("sort") {
            Some("name") => found.sort_by(|a, b| a.name.cmp(&b.name)),
            Some("price") => found.sort_by_key(|product| product.price),
            _ => {}
        }
        let total = found.len();
        if let Some(after) = value("cursor") {
            let index = found.iter().position(|product| product.id.as_str() == after).unwrap();
            found.drain(..=index);
        }
        let limit = value("limit").map_or(50, |limit| limit.parse().unwrap());
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more).map(|product| product.id.to_string());
        Listing { query: query.to_owned(), products: Rc::new(found), total, next }
    }

    #[track_caller]
    fn check(address: &str, query: &str) {
        assert_eq!(
            Filter::of(&Address::parse(&format!("/products?{address}"))).query(24),
            query,
            "{address}"
        );
    }

    #[test]
    fn the_api_is_asked_for_what_the_address_says() {
        check("", "limit=24");
        check("q=TOMATO+line", "limit=24&search=TOMATO+line");
        check("q=%E2%80%8Btom%C2%ADato%C2%A0line", "limit=24&search=tomato+line");
        check("q=++", "limit=24");
        check("category=tools&q=carrot", "limit=24&search=carrot&category=tools");
        check("category=attic", "limit=24");
        check("sort=name", "limit=24&sort=name");
        check("sort=none", "limit=24");
        check("sort=shop", "limit=24");
        check("page=2&after=spade&sort=price", "limit=24&sort=price&cursor=spade");
    }

    #[test]
    fn a_page_that_begins_nowhere_is_the_first() {
        for (address, page) in
            [("", 1), ("page=2", 1), ("page=2&after=a", 2), ("page=x&after=a", 1), ("after=a", 1)]
        {
            assert_eq!(Filter::of(&Address::parse(&format!("/products?{address}"))).page, page, "{address}");
        }
    }

    #[test]
    fn pages_follow_one_another() {
        let all: Vec<_> = (0..50).map(|n| sample(&format!("p{n}"), 100, 1)).collect();
        let first = answer(&all, "limit=24");
        assert_eq!((first.total, first.next.as_deref()), (50, Some("p23")));
        let last = answer(&all, "limit=24&cursor=p47");
        assert_eq!((last.products.len(), last.next), (2, None));
    }
}
