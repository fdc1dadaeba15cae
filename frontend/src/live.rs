//! The moving parts of a view, compiled once.
//!
//! Sycamore compiles its reactive machinery anew for every closure that is given to it, a kilobyte or two each.
//! Shoppers download that, so closures are boxed here and the machinery exists once per kind.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use shared::ProductId;
use sycamore::futures::spawn_local_scoped;
use sycamore::prelude::*;
use sycamore::web::StringAttribute;
use wasm_bindgen::JsCast as _;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsValue;
use web_sys::{Event, HtmlInputElement};

/// A piece of the page that is put up anew whenever a signal it reads changes. What is built inside reads signals
/// in pieces of its own, or read without following: otherwise a small change would put up the whole anew.
pub(crate) fn live(view: impl FnMut() -> View + 'static) -> View {
    put_up(Box::new(view))
}

#[inline(never)]
fn put_up(view: Box<dyn FnMut() -> View>) -> View {
    View::from_dynamic(view)
}

/// A signal; here so that its making is compiled once per type.
#[inline(never)]
pub(crate) fn signal<T: 'static>(value: T) -> Signal<T> {
    create_signal(value)
}

/// What is put up without following the signals it reads.
#[inline(never)]
pub(crate) fn untracked(view: &mut dyn FnMut() -> View) -> View {
    untrack(view)
}

/// A text that follows its signals.
pub(crate) fn live_text(text: impl Fn() -> String + 'static) -> View {
    live(move || View::from(text()))
}

/// An attribute that follows its signals.
pub(crate) fn live_attribute(value: impl Fn() -> Option<Cow<'static, str>> + 'static) -> StringAttribute {
    MaybeDyn::Derived(Rc::new(move || MaybeDyn::Static(value())))
}

/// An attribute that is there or not.
pub(crate) fn live_flag(value: impl Fn() -> bool + 'static) -> StringAttribute {
    live_attribute(move || value().then_some("".into()))
}

/// A yes or no that tells its readers only when it changes.
pub(crate) fn live_condition(condition: impl FnMut() -> bool + 'static) -> ReadSignal<bool> {
    selected(Box::new(condition))
}

#[inline(never)]
fn selected(condition: Box<dyn FnMut() -> bool>) -> ReadSignal<bool> {
    create_selector(condition)
}

/// Which products, telling its readers only when that changes.
pub(crate) fn live_ids(ids: impl FnMut() -> Vec<ProductId> + 'static) -> ReadSignal<Vec<ProductId>> {
    let ids: Box<dyn FnMut() -> Vec<ProductId>> = Box::new(ids);
    create_selector(ids)
}

/// Something done anew whenever a signal it reads changes.
pub(crate) fn live_effect(effect: impl FnMut() + 'static) {
    let effect: Box<dyn FnMut()> = Box::new(effect);
    create_effect(effect);
}

/// What a property of an element is set to. A page that is rendered to text has no properties, only the attributes that
/// they begin with.
#[cfg(target_arch = "wasm32")]
pub(crate) type Property = MaybeDyn<JsValue>;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Property = StringAttribute;

/// A property of an input that follows its signals.
#[cfg(target_arch = "wasm32")]
pub(crate) fn live_property(value: impl Fn() -> String + 'static) -> Property {
    MaybeDyn::Derived(Rc::new(move || MaybeDyn::Static(JsValue::from_str(&value()))))
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn live_property(value: impl Fn() -> String + 'static) -> Property {
    live_attribute(move || Some(value().into()).filter(|value: &Cow<'_, str>| !value.is_empty()))
}

/// A property that is yes or no and follows its signals.
#[cfg(target_arch = "wasm32")]
pub(crate) fn live_state(value: impl Fn() -> bool + 'static) -> Property {
    MaybeDyn::Derived(Rc::new(move || MaybeDyn::Static(JsValue::from_bool(value()))))
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn live_state(value: impl Fn() -> bool + 'static) -> Property {
    live_flag(value)
}

/// What happens when a button is pressed.
pub(crate) fn pressed(mut act: impl FnMut() + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |_| act())
}

/// What happens when something is entered into an input, the element that the handler is set on.
pub(crate) fn entered(mut act: impl FnMut(&HtmlInputElement) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| {
        if let Some(input) = event.target() {
            act(&input.unchecked_into());
        }
    })
}

/// Something to be done once the view is in the page; never off the browser.
pub(crate) fn mounted(act: impl FnOnce() + 'static) {
    once_mounted(Box::new(act));
}

#[inline(never)]
fn once_mounted(act: Box<dyn FnOnce()>) {
    on_mount(act);
}

/// Work that waits for something; it is given up when this scope goes.
pub(crate) fn start(scope: NodeHandle, work: impl Future<Output = ()> + 'static) {
    set_going(scope, Box::pin(work));
}

#[inline(never)]
fn set_going(scope: NodeHandle, work: Pin<Box<dyn Future<Output = ()>>>) {
    let begin: Box<dyn FnOnce()> = Box::new(move || spawn_local_scoped(work));
    scope.run_in(begin);
}
