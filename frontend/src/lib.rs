//! The Grove shop: a single-page app in Sycamore.
//!
//! It shows; it does not decide. Who has signed in is `okta-auth`'s business, prices and stock are the API's.
//! Parts that touch the browser are kept small (`navigation::history`, `browser`); everything else renders on
//! the host too, and is tested there.

#![recursion_limit = "256"]
#![cfg_attr(
    not(feature = "account"),
    expect(
        dead_code,
        unused_imports,
        reason = "what only the pages of the account use is left out by the linker"
    )
)]

mod app;
mod browser;
mod cart;
mod catalogue;
mod checkout;
mod configuration;
mod dates;
mod elements;
mod layout;
mod live;
mod load;
mod loading;
mod markup;
mod navigation;
mod pages;
#[cfg(not(target_arch = "wasm32"))]
mod prepared;
mod routes;
mod shop;
mod shop_api;

#[cfg(not(target_arch = "wasm32"))]
pub use prepared::{Preparation, PreparedPage, prepare, prepared_address};

use shared::SPA_FRAME_ELEMENT_ID;
use sycamore::prelude::*;
use sycamore::web::document;

/// Puts the shop into the page, or says why it cannot start.
pub fn mount() {
    let Some(frame) = document().get_element_by_id(SPA_FRAME_ELEMENT_ID) else { return };
    frame.set_text_content(None);
    let configuration = configuration::read();
    sycamore::render_to(
        move || match configuration {
            Ok(config) => view! { app::App(config=config) },
            Err(problem) => pages::misconfigured(&problem),
        },
        &frame,
    );
}
