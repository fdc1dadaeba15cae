//! The contexts of the app without a browser, for tests.

use okta_sycamore::{Auth, AuthStatus, Person};
use shared::{Money, Product, ProductId};
use sycamore::prelude::*;

use crate::cart::{AccountCart, Cart, CartStore};
use crate::catalogue::Catalogue;
use crate::layout::Toasts;
use crate::navigation::{Address, Navigation};
use crate::shop::{Shop, shop};
use crate::shop_api::ShopApi;

/// Nobody has signed in, the cart is empty, the address is the home page.
pub(crate) fn stage(products: Vec<Product>) {
    stage_as(AuthStatus::Anonymous, products);
}

/// The same for somebody else.
pub(crate) fn stage_as(status: AuthStatus, products: Vec<Product>) {
    provide_context(Auth::preview(status));
    let (api, cart) = (ShopApi::new("http://localhost:8000"), CartStore::holding(Cart::default()));
    provide_context(Shop {
        issuer: "http://localhost:9000/oauth2/default",
        org_addresses: &[],
        api,
        catalogue: Catalogue::of(products),
        navigation: Navigation::at(Address::parse("/")),
        cart,
        account_cart: AccountCart::new(cart, api),
        toasts: Toasts::new(),
    });
}

/// Renders `view` at another address and with another cart.
pub(crate) fn visiting(address: &str, lines: &[(&str, u32)], view: fn() -> View) -> View {
    let mut cart = Cart::default();
    for (id, pieces) in lines {
        cart.add(&ProductId::parse(id).unwrap(), *pieces, Money::from_cents(1250));
    }
    let navigation = Navigation::at(Address::parse(address));
    provide_context_in_new_scope(Shop { navigation, cart: CartStore::holding(cart), ..shop() }, view)
}

/// A signed-in person.
pub(crate) fn alice() -> AuthStatus {
    let claims = [("sub", "00u1"), ("name", "Alice Shopper"), ("email", "alice@example.com")];
    let claims = claims.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    AuthStatus::SignedIn(Person { name: Some("Alice Shopper".to_owned()), claims, ..Person::default() })
}
