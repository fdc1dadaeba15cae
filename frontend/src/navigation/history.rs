//! The router's way to the browser's history, and the links that lead through it.

use sycamore::web::window;
use sycamore_router::Integration;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use super::address::Address;
use super::location::current;
use super::state::Navigation;
use crate::routes::Page;

/// Connects the router to the browser's history without losing query and fragment.
pub(crate) struct ShopHistory(pub(crate) Navigation);

impl Integration for ShopHistory {
    fn current_pathname(&self) -> String {
        current().path().to_owned()
    }

    fn on_popstate(&self, mut router: Box<dyn FnMut()>) {
        let navigation = self.0;
        let handler = Closure::<dyn FnMut()>::new(move || {
            navigation.refresh();
            router();
        });
        let _ = window().add_event_listener_with_callback("popstate", handler.as_ref().unchecked_ref());
        // The app lives as long as the page.
        handler.forget();
    }

    fn click_handler(&self) -> Box<dyn Fn(MouseEvent)> {
        let navigation = self.0;
        Box::new(move |event| follow_link(navigation, &event))
    }
}

/// Follows a plain click on a link of ours within the page; leaves everything else to the browser.
fn follow_link(navigation: Navigation, event: &MouseEvent) {
    if event.default_prevented() || event.button() != 0 || wants_a_tab(event) {
        return;
    }
    let Some(target) = target_of(event) else { return };
    let here = current();
    if target.differs_in_hash_only(&here) && !target.hash().is_empty() {
        // A fragment of the page that is shown: the browser scrolls and keeps its history itself.
        return;
    }
    if !Page::is_here(target.path()) {
        return;
    }
    event.prevent_default();
    if target != here {
        navigation.go(&target);
    }
}

fn wants_a_tab(event: &MouseEvent) -> bool {
    ["Alt", "Control", "Meta", "Shift"].iter().any(|key| event.get_modifier_state(key))
}

/// Where the clicked link leads, if that is within the shop and meant for this tab.
fn target_of(event: &MouseEvent) -> Option<Address> {
    // Clicks are on elements, and what the selector finds are links.
    let element: Element = event.target()?.unchecked_into();
    let link = element.closest("a[href]:not([target]):not([download])").ok()??;
    let href = link.unchecked_into::<HtmlAnchorElement>().href();
    Address::within(&href, &start(window().location().origin().ok()?))
}

/// What the addresses of this page's org begin with: those of another one the browser loads anew.
fn start(origin: String) -> String {
    #[cfg(feature = "account")]
    return [&origin, crate::base::base()].concat();
    #[cfg(not(feature = "account"))]
    origin
}
