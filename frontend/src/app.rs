//! The shop put together: contexts, sign-in, router, frame.

#[cfg(feature = "silent-renewal")]
use okta_sycamore::SilentRenewal;
use okta_sycamore::{AuthConfig, AuthProvider, read_json, use_auth};
use shared::{SPA_CATALOGUE_ELEMENT_ID, SpaConfig, paths};
use sycamore::prelude::*;
use sycamore::web::window;
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
pub(crate) fn App(config: SpaConfig) -> View {
    let auth = auth_config(&config);
    provide_context(open_shop(&config));
    view! { AuthProvider(config=auth) { Pages() } }
}

fn open_shop(config: &SpaConfig) -> Shop {
    let api = ShopApi::new(&config.api_origin);
    let catalogue = Catalogue::new(api);
    if let Some(answers) = browser::island(SPA_CATALOGUE_ELEMENT_ID).as_deref().and_then(read_json) {
        catalogue.fill(&answers);
    }
    let (navigation, cart, toasts) =
        (Navigation::in_browser(), CartStore::in_browser(), layout::Toasts::new());
    let account_cart = AccountCart::new(cart, api);
    let (issuer, org_addresses) = (config.issuer.clone().leak(), config.org_addresses.clone().leak());
    Shop { issuer, org_addresses, api, catalogue, navigation, cart, account_cart, toasts }
}

fn auth_config(config: &SpaConfig) -> AuthConfig {
    let origin = window().location().origin().unwrap_or_default();
    AuthConfig {
        issuer: config.issuer.clone(),
        client_id: config.client_id.clone(),
        redirect_uri: [&origin, paths::LOGIN_CALLBACK].concat(),
        post_logout_redirect_uri: origin,
        scopes: scopes(),
        api_origins: vec![config.api_origin.clone()],
        #[cfg(feature = "silent-renewal")]
        silent_renewal: if config.renewal_frame { SilentRenewal::Frame } else { SilentRenewal::Page },
        ..AuthConfig::default()
    }
}

/// Who the person is, a session that lasts, and what is done with their orders.
fn scopes() -> Vec<String> {
    let scopes = ["openid", "profile", "email", "offline_access", paths::SCOPE_READ, paths::SCOPE_WRITE];
    scopes.map(str::to_owned).to_vec()
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
