//! The pages of Okta's own samples (home, callback, profile, messages) in Sycamore: what an app around
//! `okta-sycamore` needs, and nothing else. The README of the crate tells how to run it.

mod configuration;
mod pages;

use okta_sycamore::{AuthProvider, SecureRouter};
use sycamore::prelude::*;

use configuration::{Configuration, OpenPages};
use pages::Page;

/// Half the size of the allocator that comes with Rust, which every visitor would download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    let Some(configuration) = configuration::read() else {
        let text = "The element #okta-config of index.html is missing, or holds no JSON.";
        return sycamore::render(move || view! { p(role="alert") { (text) } });
    };
    sycamore::render(move || view! { App(configuration=configuration) });
}

#[component(inline_props)]
fn App(configuration: Configuration) -> View {
    provide_context(configuration.api_origin);
    let home_is_open = configuration.open == OpenPages::Home;
    let open = move |page: &Page| home_is_open && matches!(page, Page::Home | Page::NotFound);
    view! {
        AuthProvider(config=configuration.auth) {
            SecureRouter(open=open, view=pages::frame, error=pages::callback::explained)
        }
    }
}
