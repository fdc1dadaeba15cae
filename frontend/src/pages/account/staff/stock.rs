//! What is on the shelves, and a delivery that puts more there.

use std::rc::Rc;

use okta_sycamore::{Auth, use_auth};
use shared::{MAX_RESTOCK, Product, ProductId};
use sycamore::prelude::*;

use crate::browser;
use crate::catalogue::{Filter, Listing};
use crate::elements::line_skeletons;
use crate::live::{live_flag, pressed, signal, start};
use crate::loading::{loaded, with_list};
use crate::markup::markup;
use crate::pages::shelves::{page_links, search_box};
use crate::shop::{Shop, shop};
use crate::shop_api::Whose;

/// Products on a page.
const AT_ONCE: usize = 100;

/// A delivery that is being typed in.
#[derive(Clone, Copy)]
struct Delivery {
    pieces: Signal<u32>,
    busy: Signal<bool>,
    /// Kept until an answer comes: a delivery that is sent twice is one delivery.
    key: Signal<Option<String>>,
    shop: Shop,
    auth: Auth,
    scope: NodeHandle,
}

pub(super) fn content() -> View {
    let (auth, api) = (use_auth(), shop().api);
    // What is in stock everybody may know; whether this person may change it shows at what only the staff may see.
    let ask = move || api.orders(auth, Whose::Everyones, "", None);
    loaded(ask, line_skeletons, |_| Some(shelves()))
}

fn shelves() -> View {
    let Shop { catalogue, navigation, .. } = shop();
    let address = navigation.address();
    let search = search_box(navigation);
    let list = catalogue.list(Rc::new(move || address.with(Filter::of).query(AT_ONCE)), true);
    let rows = with_list(list, line_skeletons, |listing| rows(&listing));
    markup! {
        (search)
        (rows)
    }
}

fn rows(listing: &Listing) -> View {
    let rows: Vec<View> = listing.products.iter().map(row).collect();
    let links = page_links(listing, AT_ONCE);
    markup! {
        ul(class="orders") { (rows) }
        (links)
    }
}

fn row(product: &Product) -> View {
    let (name, id) = (product.name.clone(), product.id.clone());
    let stock = [&product.stock.to_string(), " in stock"].concat();
    let delivery = Delivery {
        pieces: signal(10),
        busy: signal(false),
        key: signal(None),
        shop: shop(),
        auth: use_auth(),
        scope: use_current_scope(),
    };
    let label = ["Pieces delivered of ", &name].concat();
    let spoken = ["Restock ", &name].concat();
    let hook = ["restock-", id.as_str()].concat();
    let field = ["pieces-", id.as_str()].concat();
    let selector = ["#", &field].concat();
    let [typed, left] =
        [selector.clone(), selector.clone()].map(|field| pressed(move || delivery.note(&field)));
    let off = live_flag(move || delivery.busy.get() || delivery.pieces.get() == 0);
    let arrive = pressed(move || {
        delivery.note(&selector);
        delivery.arrive(&id);
    });
    markup! {
        li(class="stock-row", data-testid="stock-row") {
            strong(class="stock-name") { (name) }
            span(class="stock-left") { (stock) }
            input(id=field, class="input input-number", type="number", inputmode="numeric", min="1", value="10", aria-label=label,
                on:input=typed, on:change=left)
            button(type="button", class="button button-small", data-testid=hook, aria-label=spoken, disabled=off, on:click=arrive) { "Restock" }
        }
    }
}

impl Delivery {
    /// Another number of pieces is another delivery.
    fn note(self, field: &str) {
        let pieces =
            browser::entry(field).and_then(|text| text.trim().parse().ok()).unwrap_or(0).min(MAX_RESTOCK);
        if pieces != self.pieces.get_untracked() {
            self.pieces.set(pieces);
            self.key.set(None);
        }
    }

    fn arrive(self, id: &ProductId) {
        let key = self.key.get_clone_untracked().or_else(browser::random_uuid);
        let Some(key) = key.filter(|_| self.pieces.get_untracked() > 0) else { return };
        self.key.set(Some(key.clone()));
        self.busy.set(true);
        let answer = self.shop.api.restock(self.auth, id, self.pieces.get_untracked(), &key);
        start(self.scope, async move {
            match answer.await {
                Ok(_) => {
                    self.key.set(None);
                    self.shop.toasts.show("The stock has been updated".to_owned());
                    self.shop.catalogue.refresh();
                }
                Err(failure) => {
                    self.shop.toasts.show([failure.title(), ". ", &failure.advice()].concat());
                }
            }
            self.busy.set(false);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage::{alice, stage_as};

    #[test]
    fn each_product_has_its_stock_and_a_field_for_a_delivery() {
        let html = sycamore::render_to_string(|| {
            stage_as(alice(), vec![sample("fig-sapling", 1250, 3)]);
            shelves()
        });
        for part in ["3 in stock", "restock-fig-sapling", "Pieces delivered of The fig-sapling"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
