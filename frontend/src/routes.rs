//! The shop's pages by path.

use sycamore_router::Route;

/// Which page a path is. Query and fragment are in [`crate::navigation::Address`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    /// The shop window.
    Home,
    /// The catalogue.
    Products,
    /// One product, by what stands in the address; perhaps no product id at all.
    Product { id: String },
    /// What the shopper means to buy.
    Cart,
    /// The order before it is placed. Needs sign-in.
    Checkout,
    /// The person's orders. Needs sign-in.
    Orders,
    /// One order. Needs sign-in.
    Order { number: String },
    /// The claims of the ID token. Needs sign-in.
    Profile,
    /// Messages of the API. Needs sign-in.
    Messages,
    /// Where Okta may start a sign-in.
    Login,
    /// Where Okta sends the browser back to.
    LoginCallback,
    /// Everything else.
    #[default]
    NotFound,
}

/// By hand: the derived matcher builds a table of strings for every look at the address.
impl Route for Page {
    fn match_route(&self, segments: &[&str]) -> Self {
        match segments {
            [] => Self::Home,
            ["products"] => Self::Products,
            ["products", id] => Self::Product { id: (*id).to_owned() },
            ["cart"] => Self::Cart,
            ["checkout"] => Self::Checkout,
            ["orders"] => Self::Orders,
            ["orders", number] => Self::Order { number: (*number).to_owned() },
            ["profile"] => Self::Profile,
            ["messages"] => Self::Messages,
            ["login"] => Self::Login,
            ["login", "callback"] => Self::LoginCallback,
            _ => Self::NotFound,
        }
    }

    /// Whoever navigates may hand over query and fragment along with the path.
    fn match_path(&self, path: &str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        self.match_route(&segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, page: Page) {
        assert_eq!(Page::default().match_path(path), page, "{path}");
    }

    #[test]
    fn every_path_has_its_page() {
        check("/", Page::Home);
        check("/products/", Page::Products);
        check("/products/apple-sapling", Page::Product { id: "apple-sapling".to_owned() });
        check("/orders/G-7K3M-92QF", Page::Order { number: "G-7K3M-92QF".to_owned() });
        check(shared::paths::LOGIN, Page::Login);
        check(shared::paths::LOGIN_CALLBACK, Page::LoginCallback);
        check("/checkout?return=/orders#pay", Page::Checkout);
        check("/?q=a", Page::Home);
        check("/products/a/b", Page::NotFound);
        check("/admin", Page::NotFound);
    }
}
