//! The shop put together: contexts, sign-in, router, frame.

use okta_sycamore::{AuthConfig, AuthProvider, read_json, use_auth};
use shared::{SPA_CATALOGUE_ELEMENT_ID, SpaConfig};
use sycamore::prelude::*;
use sycamore_router::Router;

use crate::browser;
use crate::cart::{AccountCart, CartStore};
use crate::catalogue::Catalogue;
use crate::layout;
use crate::live::{live, live_effect, mounted, untracked};
use crate::navigation::{Navigation, ShopHistory};
use crate::pages;
use crate::routes::Page;
use crate::shop::{Shop, shop};
use crate::shop_api::ShopApi;

/// The whole shop.
#[component(inline_props)]
pub(crate) fn App(config: &'static SpaConfig, auth: AuthConfig) -> View {
    provide_context(open_shop(config));
    view! { AuthProvider(config=auth) { Pages() } }
}

fn open_shop(config: &'static SpaConfig) -> Shop {
    let api = ShopApi::new(&config.api_origin);
    let catalogue = Catalogue::new(api);
    if let Some(answers) = browser::island(SPA_CATALOGUE_ELEMENT_ID).as_deref().and_then(read_json) {
        catalogue.fill(&answers);
    }
    let (navigation, cart, toasts) =
        (Navigation::in_browser(), CartStore::in_browser(), layout::Toasts::new());
    let account_cart = AccountCart::new(cart, api);
    let (issuer, org_addresses) = (&*config.issuer, &*config.org_addresses);
    Shop { issuer, org_addresses, api, catalogue, navigation, cart, account_cart, toasts }
}

#[component]
fn Pages() -> View {
    let Shop { navigation, catalogue, account_cart, toasts, .. } = shop();
    let auth = use_auth();
    // By the page's own script: what came with a page that the browser had kept is shown, and asked for again.
    if browser::has("[data-kept]") {
        mounted(move || catalogue.refresh());
    }
    account_cart.follow(auth);
    let owner = auth.owner();
    live_effect(move || {
        owner.track();
        toasts.clear();
    });
    view! { Router(integration=ShopHistory(navigation), view=move |page| frame(navigation, page)) }
}

fn frame(navigation: Navigation, page: ReadSignal<Page>) -> View {
    let page = live(move || {
        let page = page.get_clone();
        untracked(&mut || {
            navigation.refresh();
            navigation.page_shown();
            pages::of(&page)
        })
    });
    layout::shell(page)
}
