//! What is shown of something that comes over the network: a skeleton, the thing itself, or why there is none.

use std::rc::Rc;

use okta_sycamore::Json;
use sycamore::prelude::*;

use crate::catalogue::Products;
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

/// Puts up the skeleton, what is made of the products, or why there are none with a way to retry.
pub(crate) fn with_products(skeleton: fn() -> View, ready: impl Fn(Products) -> View + 'static) -> View {
    let catalogue = shop().catalogue;
    let retry = Rc::new(move || catalogue.refresh());
    shown(catalogue.state(), retry, skeleton, Box::new(move |products| Some(ready(products))))
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
