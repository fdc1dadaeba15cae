//! The shop put together: contexts, sign-in, router, frame.

use okta_sycamore::{AuthConfig, AuthProvider};
use shared::{SpaConfig, paths};
use sycamore::prelude::*;
use sycamore::web::window;
use sycamore_router::Router;

use crate::cart::CartStore;
use crate::catalogue::Catalogue;
use crate::layout;
use crate::live::{apart, live};
use crate::markup::markup;
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
    catalogue.refresh();
    let (navigation, cart, toasts) =
        (Navigation::in_browser(), CartStore::in_browser(), layout::Toasts::new());
    Shop { issuer: config.issuer.clone().leak(), api, catalogue, navigation, cart, toasts }
}

fn auth_config(config: &SpaConfig) -> AuthConfig {
    let origin = window().location().origin().unwrap_or_default();
    AuthConfig {
        issuer: config.issuer.clone(),
        client_id: config.client_id.clone(),
        redirect_uri: [&origin, paths::LOGIN_CALLBACK].concat(),
        post_logout_redirect_uri: origin,
        scopes: ["openid", "profile", "email", "offline_access"].map(str::to_owned).to_vec(),
        api_origins: vec![config.api_origin.clone()],
        ..AuthConfig::default()
    }
}

#[component]
fn Pages() -> View {
    let navigation = shop().navigation;
    view! { Router(integration=ShopHistory(navigation), view=move |page| frame(navigation, page)) }
}

/// One element around everything: it is where the router listens for clicks on links.
fn frame(navigation: Navigation, page: ReadSignal<Page>) -> View {
    let (header, notice, footer, toast) =
        (layout::header(), layout::notice(), layout::footer(), layout::toast());
    let page = live(move || {
        let page = page.get_clone();
        apart(&mut || {
            navigation.refresh();
            navigation.page_shown();
            pages::of(&page)
        })
    });
    markup! {
        div(class="shell") {
            a(class="skip-link", href="#main") { "Skip to the content" }
            (header)
            (notice)
            main(id="main", class="main", tabindex="-1") { (page) }
            (footer)
            (toast)
        }
    }
}
