//! Where the shopper is and how they get elsewhere.
//!
//! The router of `sycamore-router` knows paths only and drops query and fragment of a followed link, so links
//! are handled here ([`ShopHistory`]) and the whole [`Address`] is kept beside the route.

mod address;
mod focus;
mod head;
mod history;
mod location;
mod state;

pub(crate) use address::Address;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use head::Head;
pub(crate) use history::ShopHistory;
pub(crate) use state::Navigation;

/// Says what the page is about: the title of the browser's tab, the page's and then the shop's, and a sentence for
/// those who list pages. What is empty is the shop's own.
pub(crate) fn titled(title: &str, description: &str) {
    head::set(title, description);
}

/// Moves the keyboard's place to this element.
pub(crate) fn focus_on(id: &str) {
    focus::on(&[id]);
}
