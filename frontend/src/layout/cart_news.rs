//! What became of the cart at the sign-in, or because somebody else was faster: told until it has been read.

use sycamore::prelude::*;

use crate::live::{live, pressed};
use crate::markup::markup;
use crate::shop::shop;

/// The banner, or nothing.
pub(crate) fn cart_news() -> View {
    let news = shop().cart.news();
    let banner = live(move || match news.get_clone() {
        news if news.is_empty() => View::new(),
        news => banner(news),
    });
    markup! { div(class="notices", role="status") { (banner) } }
}

fn banner(sentences: Vec<String>) -> View {
    let news = shop().cart.news();
    let rows: Vec<View> = sentences.into_iter().map(|sentence| markup! { li { (sentence) } }).collect();
    markup! {
        div(class="notice", data-testid="cart-news") {
            div(class="notice-text") {
                p { strong { "Your cart has changed" } }
                ul { (rows) }
            }
            a(class="button button-small button-quiet", href="/cart") { "See the cart" }
            button(type="button", class="notice-dismiss", data-testid="cart-news-dismiss", aria-label="Dismiss this notice",
                on:click=pressed(move || news.set(Vec::new()))) { "×" }
        }
    }
}
