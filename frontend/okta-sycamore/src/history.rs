//! The router's way to the browser's history. That of `sycamore-router` drops query and fragment of a link that is
//! followed, and asks the browser a dozen things for it.

use sycamore_router::Integration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

#[cfg(feature = "several-orgs")]
use crate::auth::Auth;
use crate::page;

/// Follows plain clicks on links of this origin within the page; those that lead to another org's pages, the browser follows.
pub(crate) struct WholeAddress(#[cfg(feature = "several-orgs")] pub(crate) Auth);

impl Integration for WholeAddress {
    fn current_pathname(&self) -> String {
        page::path()
    }

    fn on_popstate(&self, router: Box<dyn FnMut()>) {
        let handler = Closure::wrap(router).into_js_value();
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback("popstate", handler.unchecked_ref());
        }
    }

    fn click_handler(&self) -> Box<dyn Fn(MouseEvent)> {
        #[cfg(feature = "several-orgs")]
        let auth = self.0;
        Box::new(move |event| {
            let _ = follow(
                &event,
                #[cfg(feature = "several-orgs")]
                auth,
            );
        })
    }
}

/// What is not for the router is left to the browser: other buttons and keys, other origins, fragments of this page.
fn follow(event: &MouseEvent, #[cfg(feature = "several-orgs")] auth: Auth) -> Option<()> {
    let modified = || ["Alt", "Control", "Meta", "Shift"].iter().any(|key| event.get_modifier_state(key));
    if event.default_prevented() || event.button() != 0 || modified() {
        return None;
    }
    let element: Element = event.target()?.unchecked_into();
    let link = element.closest("a[href]:not([target]):not([download]):not([rel~=external])").ok()??;
    let href = link.unchecked_into::<HtmlAnchorElement>().href();
    let target = href.strip_prefix(&page::origin()).filter(|target| target.starts_with('/'))?;
    let here = page::place();
    if target.contains('#') && before('#', target) == before('#', &here) {
        return None;
    }
    #[cfg(feature = "several-orgs")]
    if !auth.has_page(before('?', before('#', target))) {
        return None;
    }
    event.prevent_default();
    if target != here {
        page::push(target);
        page::route(before('?', before('#', target)));
    }
    Some(())
}

fn before(mark: char, text: &str) -> &str {
    text.split(mark).next().unwrap_or_default()
}
