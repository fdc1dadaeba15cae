//! The head of every page: brand, navigation, cart, and who is signed in.

use okta_sycamore::{Auth, AuthStatus, Person, use_auth};
use okta_types::decimal;
use sycamore::prelude::*;
use sycamore::web::is_ssr;

use crate::elements::sign_in_button;
use crate::live::{live, live_attribute, live_text, pressed};
use crate::markup::markup;
use crate::shop::shop;

/// Brand, navigation, cart and account.
pub(crate) fn header() -> View {
    let links = [
        ("/products", "Shop", "nav-products"),
        ("/orders", "Orders", "nav-orders"),
        ("/messages", "Messages", "nav-messages"),
        ("/profile", "Profile", "nav-profile"),
    ];
    let links: Vec<View> = links.into_iter().map(|(path, label, hook)| nav_link(path, label, hook)).collect();
    let (cart, account) = (cart_link(), account());
    markup! {
        header(class="header") {
            div(class="header-inner") {
                a(class="brand", href="/") {
                    img(src="/art/logo.svg", alt="", width="36", height="36")
                    span { "Grove" }
                }
                nav(class="nav", aria-label="Shop") { (links) }
                div(class="header-end") { (account) (cart) }
            }
        }
    }
}

fn nav_link(path: &'static str, label: &'static str, hook: &'static str) -> View {
    let address = shop().navigation.address();
    let current = live_attribute(move || {
        address.with(|address| address.path().starts_with(path)).then_some("page".into())
    });
    markup! { a(class="nav-link", href=path, data-testid=hook, aria-current=current) { (label) } }
}

fn cart_link() -> View {
    let cart = shop().cart.contents();
    let count = move || cart.with(|cart| cart.count());
    let class = live_attribute(move || {
        Some(if count() == 0 { "cart-count cart-count-none" } else { "cart-count" }.into())
    });
    // A page that is rendered for everybody does not know.
    let number = live_text(move || if is_ssr!() { String::new() } else { decimal(count().into()) });
    markup! {
        a(class="cart-link", href="/cart", data-testid="nav-cart") {
            span { "Cart" }
            span(class=class, data-testid="cart-count") { (number) }
        }
    }
}

/// Neither button while nobody knows; the room for it is kept, so that nothing jumps.
fn account() -> View {
    let auth = use_auth();
    let status = auth.status();
    let account = live(move || match status.get_clone() {
        AuthStatus::Unknown => View::new(),
        AuthStatus::Anonymous => sign_in_button("login-button", "button button-small"),
        AuthStatus::SignedIn(person) => greeting(auth, &person),
    });
    markup! { div(class="account") { (account) } }
}

fn greeting(auth: Auth, person: &Person) -> View {
    let name = person.display_name().unwrap_or("gardener").to_owned();
    markup! {
        span(id="welcome", class="welcome") { "Hello, " (name) }
        button(type="button", id="logout-button", class="button button-small button-quiet",
            on:click=pressed(move || auth.sign_out())) { "Sign out" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::stage_as;

    fn rendered(status: AuthStatus) -> String {
        sycamore::render_to_string(move || {
            stage_as(status, vec![]);
            header()
        })
    }

    #[track_caller]
    fn check(status: AuthStatus, login: bool, logout: bool) {
        let html = rendered(status);
        assert_eq!(html.contains("login-button"), login, "{html}");
        assert_eq!(html.contains("logout-button"), logout, "{html}");
    }

    #[test]
    fn there_is_one_button_once_it_is_known_and_none_before() {
        check(AuthStatus::Unknown, false, false);
        check(AuthStatus::Anonymous, true, false);
        check(AuthStatus::SignedIn(Person::default()), false, true);
    }

    #[test]
    fn people_are_greeted_by_name_and_else_by_what_is_known() {
        let named = Person { name: Some("Alice Shopper".to_owned()), ..Person::default() };
        assert!(rendered(AuthStatus::SignedIn(named)).contains("Alice Shopper"));
        let by_mail = Person { email: Some("a@example.com".to_owned()), ..Person::default() };
        assert!(rendered(AuthStatus::SignedIn(by_mail)).contains("a@example.com"));
        let blank = || Some(" \u{200b}".to_owned());
        let by_mail = Person { name: blank(), email: Some("a@example.com".to_owned()), ..Person::default() };
        assert!(rendered(AuthStatus::SignedIn(by_mail)).contains("a@example.com"));
        let nameless = Person { name: blank(), email: blank(), ..Person::default() };
        assert!(rendered(AuthStatus::SignedIn(nameless)).contains("gardener"));
    }
}
