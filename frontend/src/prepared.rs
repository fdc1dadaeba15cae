//! Pages that everybody sees alike, rendered to text by whoever serves the shop: shoppers see them, and follow their links,
//! before the program has come to them, which then puts up the same in their place.
//!
//! Nothing in them is about a person: nobody is known, and what is in the cart is not either.

use okta_sycamore::{Auth, AuthStatus, read_json};
use shared::ProductId;
use sycamore::prelude::*;
use sycamore::web::NoHydrate;
use sycamore_router::Route as _;

use crate::cart::{AccountCart, Cart, CartStore};
use crate::catalogue::{AFTER, CATEGORY, Catalogue, PAGE, SEARCH, SORT};
use crate::layout;
use crate::live::signal;
use crate::markup::markup;
use crate::navigation::{Address, Head, Navigation};
use crate::pages;
use crate::routes::Page;
use crate::shop::Shop;
use crate::shop_api::ShopApi;

/// What of an address the pages depend on.
const PARAMETERS: [&str; 5] = [CATEGORY, SEARCH, SORT, PAGE, AFTER];

/// A page as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPage {
    /// What belongs into the element that the program fills.
    pub html: String,
    /// What the tab is called, as text.
    pub title: String,
    /// What the page is about, one sentence, as text.
    pub description: String,
}

/// What became of rendering a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// The whole page.
    Ready(PreparedPage),
    /// The page has to know more: the API's answer to this query, `ids=fig-sapling`.
    Asks(String),
}

/// The address of the page that can be prepared for this path and this query, in the form that all addresses of the same
/// page share; `None` where the page is somebody's own, or none.
pub fn prepared_address(path: &str, query: &str) -> Option<String> {
    match Page::default().match_path(path) {
        Page::Home => Some(with_parameters("/", query)),
        Page::Products => Some(with_parameters("/products", query)),
        Page::Product { id } => Some(["/products/", ProductId::parse(&id).ok()?.as_str()].concat()),
        _ => None,
    }
}

fn with_parameters(path: &str, query: &str) -> String {
    let given = Address::in_browser(&["?", query].concat());
    let page = Address::in_browser(path);
    PARAMETERS.iter().fold(page, |page, name| page.with_param(name, given.param(name).as_deref())).to_string()
}

/// Renders the page of such an address. `answers` is what is known of the catalogue, JSON: an object of the API's answers by
/// the query that asks for each, empty at first. It belongs into the page too, for the program begins with it.
pub fn prepare(address: &str, answers: &str) -> Preparation {
    let mut asks = None;
    let (mut title, mut description) = (String::new(), String::new());
    let html = sycamore::render_to_string(|| {
        let head = Head(signal([String::new(), String::new()]));
        provide_context(head);
        let catalogue = open_shop(address);
        catalogue.fill(&read_json(answers).unwrap_or_else(okta_sycamore::Json::object));
        let shown = address.to_owned();
        let view = view! { NoHydrate { (page(&shown)) } };
        asks = catalogue.missing();
        [title, description] = head.0.get_clone_untracked();
        view
    });
    match asks {
        Some(query) => Preparation::Asks(query),
        None => Preparation::Ready(PreparedPage { html: without_marks(&html), title, description }),
    }
}

fn page(address: &str) -> View {
    let shown = layout::shell(pages::of(&Page::default().match_path(address)));
    markup! {
        noscript {
            p(class="notice") { "The cart and the sign-in need JavaScript and WebAssembly. Please switch them on for this page." }
        }
        div(class="notices", data-lost="", hidden="") {
            p(class="notice", role="alert") {
                "The cart and the sign-in do not work: a part of this page cannot be loaded. Please reload it."
            }
        }
        (shown)
    }
}

/// The shop of nobody in particular, who has just come to this address.
fn open_shop(address: &str) -> Catalogue {
    provide_context(Auth::preview(AuthStatus::Unknown));
    let (api, cart) = (ShopApi::new(""), CartStore::holding(Cart::default()));
    let catalogue = Catalogue::new(api);
    provide_context(Shop {
        issuer: "",
        org_addresses: &[],
        api,
        catalogue,
        navigation: Navigation::at(Address::in_browser(address)),
        cart,
        account_cart: AccountCart::new(cart, api),
        toasts: layout::Toasts::new(),
    });
    catalogue
}

/// Without the comments that Sycamore would know places by: the program puts up a page of its own. In texts and attributes
/// there are none, for there a `<` is escaped.
fn without_marks(html: &str) -> String {
    ["<!--/-->", "<!--t-->", "<!-->"].iter().fold(html.to_owned(), |html, mark| html.replace(mark, ""))
}
