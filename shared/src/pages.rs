//! The pages of the SPA that everybody downloads first: one table for its router and for the page that chooses
//! between its two programs by the path.

/// A page of the first program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPage {
    /// The shop window.
    Home,
    /// The catalogue.
    Products,
    /// One product, by the last segment of the path.
    Product,
    /// What the shopper means to buy.
    Cart,
}

/// Any one segment of a path.
pub const ANY: &str = "*";

/// Each page with the segments of its path.
pub const FIRST_PAGES: [(&[&str], FirstPage); 4] = [
    (&[], FirstPage::Home),
    (&["products"], FirstPage::Products),
    (&["products", ANY], FirstPage::Product),
    (&["cart"], FirstPage::Cart),
];

/// What the paths of the shop's pages and of its server's files and addresses begin with.
pub const NAMES: [&str; 14] = [
    "products",
    "cart",
    "checkout",
    "orders",
    "staff",
    "profile",
    "messages",
    "login",
    "diagnostics",
    "api",
    "art",
    "index.html",
    "livez",
    "readyz",
];

/// The page of a path, given by its decoded segments; `None` where it is not in the first program.
pub fn first_page(segments: &[&str]) -> Option<FirstPage> {
    let fits = |pattern: &[&str]| {
        pattern.len() == segments.len() && pattern.iter().zip(segments).all(|(p, s)| *p == ANY || p == s)
    };
    FIRST_PAGES.iter().find(|(pattern, _)| fits(pattern)).map(|(_, page)| *page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_segments() {
        for (segments, page) in [
            (&[][..], Some(FirstPage::Home)),
            (&["products"], Some(FirstPage::Products)),
            (&["products", "apple-sapling"], Some(FirstPage::Product)),
            (&["cart"], Some(FirstPage::Cart)),
            (&["cart", "x"], None),
            (&["products", "a", "b"], None),
            (&["checkout"], None),
        ] {
            assert_eq!(first_page(segments), page, "{segments:?}");
        }
    }
}
