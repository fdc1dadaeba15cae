//! The shop's pages by path.

use okta_types::path_segments;
use shared::pages::{FirstPage, first_page};
use sycamore_router::Route;

#[cfg(feature = "account")]
use crate::base::within;

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
    /// For people who have signed in, or are about to.
    #[cfg(feature = "account")]
    Account(AccountPage),
    /// What is wrong with the configuration: for whoever develops.
    #[cfg(debug_assertions)]
    Diagnostics,
    /// Everything else.
    #[default]
    NotFound,
}

/// The pages that not everybody downloads.
#[cfg(feature = "account")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountPage {
    /// The order before it is placed.
    Checkout,
    /// The person's orders.
    Orders,
    /// One of them.
    Order { number: String },
    /// Everyone's orders. Needs the staff's group.
    Staff,
    /// One of them. Needs the staff's group.
    StaffOrder { number: String },
    /// What is on the shelves. Needs the staff's group.
    StaffStock,
    /// The claims of the ID token.
    Profile,
    /// Messages of the API.
    Messages,
    /// Where Okta may start a sign-in.
    Login,
    /// Where Okta sends the browser back to.
    LoginCallback,
}

impl Page {
    /// Whether this program has the page of that path, or the browser has to load the other one.
    pub(crate) fn is_here(path: &str) -> bool {
        cfg!(feature = "account") || Self::default().match_path(path) != Self::NotFound
    }

    fn elsewhere(segments: &[&str]) -> Self {
        #[cfg(feature = "account")]
        if let Some(page) = AccountPage::of(segments) {
            return Self::Account(page);
        }
        #[cfg(debug_assertions)]
        if segments == ["diagnostics"] {
            return Self::Diagnostics;
        }
        let _ = segments;
        Self::NotFound
    }
}

#[cfg(feature = "account")]
impl AccountPage {
    fn of(segments: &[&str]) -> Option<Self> {
        let number = |number: &str| number.to_owned();
        Some(match segments {
            ["checkout"] => Self::Checkout,
            ["orders"] => Self::Orders,
            ["orders", n] => Self::Order { number: number(n) },
            ["staff"] => Self::Staff,
            ["staff", "orders", n] => Self::StaffOrder { number: number(n) },
            ["staff", "stock"] => Self::StaffStock,
            ["profile"] => Self::Profile,
            ["messages"] => Self::Messages,
            ["login"] => Self::Login,
            ["login", "callback"] => Self::LoginCallback,
            _ => return None,
        })
    }
}

/// By hand: the derived matcher builds a table of strings for every look at the address.
impl Route for Page {
    fn match_route(&self, segments: &[&str]) -> Self {
        match first_page(segments) {
            Some(FirstPage::Home) => Self::Home,
            Some(FirstPage::Products) => Self::Products,
            Some(FirstPage::Product) => {
                Self::Product { id: segments.last().copied().unwrap_or_default().to_owned() }
            }
            Some(FirstPage::Cart) => Self::Cart,
            None => Self::elsewhere(segments),
        }
    }

    /// Whoever navigates may hand over query and fragment along with the path, and the sign-in the whole place.
    fn match_path(&self, path: &str) -> Self {
        #[cfg(feature = "account")]
        let path = within(path);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments = path_segments(path);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
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
        check("/products/pear%2Dsapling", Page::Product { id: "pear-sapling".to_owned() });
        check("/products/a%2Fb", Page::Product { id: "a/b".to_owned() });
        check("/c%61rt/?x", Page::Cart);
        check("/?q=a", Page::Home);
        check("/products/a/b", Page::NotFound);
        check("/admin", Page::NotFound);
        #[cfg(debug_assertions)]
        check("/diagnostics", Page::Diagnostics);
    }

    #[cfg(feature = "account")]
    #[test]
    fn the_pages_of_another_org_are_those_of_the_shop() {
        crate::base::set_base("/birch");
        for (path, page) in
            [("/birch/cart?x", Page::Cart), ("/birch", Page::Home), ("/birches", Page::NotFound)]
        {
            check(path, page);
        }
        crate::base::set_base("");
    }

    #[cfg(feature = "account")]
    #[test]
    fn the_pages_of_the_account_have_their_paths() {
        let number = || "G-7K3M-92QF".to_owned();
        for (path, page) in [
            ("/orders/G-7K3M-92QF", AccountPage::Order { number: number() }),
            ("/%6Frders/G%2d7K3M%2d92QF/", AccountPage::Order { number: number() }),
            ("/login/call%62ack/", AccountPage::LoginCallback),
            ("/staff", AccountPage::Staff),
            ("/staff/orders/G-7K3M-92QF", AccountPage::StaffOrder { number: number() }),
            ("/staff/stock", AccountPage::StaffStock),
            (shared::paths::LOGIN, AccountPage::Login),
            (shared::paths::LOGIN_CALLBACK, AccountPage::LoginCallback),
            ("/checkout?return=/orders#pay", AccountPage::Checkout),
        ] {
            check(path, Page::Account(page));
        }
    }
}
