//! The Web Locks API: one holder at a time across all tabs of the origin.
//!
//! Called by name, because its bindings are not stable yet.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use okta_auth::Ticket;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::task;

/// The locks this tab holds: what ends each.
#[derive(Clone, Default)]
pub(crate) struct Locks(Rc<RefCell<Vec<(Ticket, Function)>>>);

impl Locks {
    /// Waits for the lock `name` and calls `granted`. Where the browser has no locks, or refuses, it is
    /// granted at once: two tabs may then renew together, which the org's grace period covers.
    pub(crate) fn acquire(&self, name: &str, id: Ticket, granted: impl Fn() + 'static) {
        let granted = Rc::new(granted);
        match self.request(name, id, Rc::clone(&granted)) {
            Ok(promise) => task::spawn(async move {
                if JsFuture::from(promise).await.is_err() {
                    granted();
                }
            }),
            Err(_) => granted(),
        }
    }

    fn request(&self, name: &str, id: Ticket, granted: Rc<impl Fn() + 'static>) -> Result<Promise, JsValue> {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into())?;
        let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
        let held = self.clone();
        // The lock lasts as long as the promise that this returns.
        let holder = Closure::once_into_js(move |_lock: JsValue| -> Promise {
            let promise = Promise::new(&mut |end, _| held.0.borrow_mut().push((id, end)));
            granted();
            promise
        });
        request.call2(&locks, &name.into(), &holder).map(JsCast::unchecked_into)
    }

    /// Gives a held lock back.
    pub(crate) fn release(&self, id: Ticket) {
        let mut held = self.0.borrow_mut();
        if let Some(index) = held.iter().position(|(own, _)| *own == id) {
            // Nothing of this page runs before the promise is settled in a task of its own.
            let _ = held.swap_remove(index).1.call0(&JsValue::UNDEFINED);
        }
    }
}
