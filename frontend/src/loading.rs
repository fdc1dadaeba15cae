//! What is shown of something that comes over the network: a skeleton, the thing itself, or why there is none.

use std::cell::RefCell;
use std::rc::Rc;

use okta_sycamore::Json;
use shared::ProductId;
use sycamore::prelude::*;

use crate::catalogue::{Asked, Listing, Products};
use crate::elements::failure_panel;
use crate::live::{live, mounted, signal, start};
use crate::load::Load;
use crate::shop::shop;
use crate::shop_api::{Answer, Failure};

/// Asks when the page is shown and puts up the skeleton, the answer, or what went wrong with a way to retry.
/// `drawn` is `None` where the answer makes no sense to it.
pub(crate) fn loaded(
    ask: impl Fn() -> Answer + 'static,
    skeleton: fn() -> View,
    drawn: impl Fn(&Json) -> Option<View> + 'static,
) -> View {
    asked(Rc::new(ask), skeleton, Box::new(drawn))
}

type Drawing = Box<dyn Fn(&Json) -> Option<View>>;

#[inline(never)]
fn asked(ask: Rc<dyn Fn() -> Answer>, skeleton: fn() -> View, drawn: Drawing) -> View {
    let state = signal(Load::Loading);
    let scope = use_current_scope();
    let fetch: Rc<dyn Fn()> = Rc::new(move || {
        state.set(Load::Loading);
        let answer = ask();
        start(scope, async move { state.set(Load::of(answer.await.map(Rc::new))) });
    });
    let (first, retry) = (fetch.clone(), fetch);
    mounted(move || first());
    let ready = move |answer: Rc<Json>| drawn(&answer);
    shown(*state, retry, skeleton, Box::new(ready))
}

/// Puts up the skeleton, what is made of the list that was asked for, or why there is none with a way to retry.
pub(crate) fn with_list(
    list: Asked,
    skeleton: fn() -> View,
    ready: impl Fn(Listing) -> View + 'static,
) -> View {
    shown(list.state(), Rc::new(move || list.ask()), skeleton, Box::new(move |listing| Some(ready(listing))))
}

/// The same for the products of a query.
pub(crate) fn with_products(
    query: impl Fn() -> String + 'static,
    skeleton: fn() -> View,
    ready: impl Fn(Products) -> View + 'static,
) -> View {
    let list = shop().catalogue.list(Rc::new(query), false);
    with_list(list, skeleton, move |listing| ready(listing.products))
}

/// The same for the products of the cart. What was taken out of it is still asked for: then nothing changes on the page.
pub(crate) fn with_products_of_cart(
    skeleton: fn() -> View,
    ready: impl Fn(Products) -> View + 'static,
) -> View {
    let (cart, asked) = (shop().cart.contents(), RefCell::new(Vec::new()));
    let query = move || {
        let ids: Vec<ProductId> =
            cart.with(|cart| cart.lines().iter().map(|line| line.product_id.clone()).collect());
        let mut asked = asked.borrow_mut();
        if ids.iter().any(|id| !asked.contains(id)) {
            *asked = ids;
        }
        query_of(&asked)
    };
    with_products(query, skeleton, ready)
}

/// What asks for these products; nothing for none.
pub(crate) fn query_of(ids: &[ProductId]) -> String {
    let ids: Vec<&str> = ids.iter().map(ProductId::as_str).collect();
    if ids.is_empty() { String::new() } else { ["ids=", &ids.join(",")].concat() }
}

/// Puts up one of the three states.
#[inline(never)]
fn shown<T: Clone + 'static>(
    state: ReadSignal<Load<T>>,
    retry: Rc<dyn Fn()>,
    skeleton: fn() -> View,
    ready: Box<dyn Fn(T) -> Option<View>>,
) -> View {
    live(move || {
        let failure = match state.get_clone() {
            Load::Loading => return skeleton(),
            Load::Failed(failure) => failure,
            Load::Ready(value) => match ready(value) {
                Some(view) => return view,
                None => Failure::Unreadable,
            },
        };
        failure_panel(&failure, Some(retry.clone()))
    })
}
