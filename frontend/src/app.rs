//! The shop put together: contexts, sign-in, router, frame.

use okta_sycamore::{AuthConfig, AuthProvider, use_auth};
use shared::SpaConfig;
use sycamore::prelude::*;
use sycamore_router::Router;

use crate::cart::{AccountCart, CartStore};
use crate::catalogue::Catalogue;
use crate::layout;
use crate::live::{live, live_effect, untracked};
use crate::markup::markup;
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
    let (navigation, cart, toasts) =
        (Navigation::in_browser(), CartStore::in_browser(), layout::Toasts::new());
    let account_cart = AccountCart::new(cart, api);
    let (issuer, org_addresses) = (&*config.issuer, &*config.org_addresses);
    Shop { issuer, org_addresses, api, catalogue, navigation, cart, account_cart, toasts }
}

#[component]
fn Pages() -> View {
    let Shop { navigation, account_cart, toasts, .. } = shop();
    let auth = use_auth();
    account_cart.follow(auth);
    let owner = auth.owner();
    live_effect(move || {
        owner.track();
        toasts.clear();
    });
    view! { Router(integration=ShopHistory(navigation), view=move |page| frame(navigation, page)) }
}

/// One element around everything: it is where the router listens for clicks on links.
fn frame(navigation: Navigation, page: ReadSignal<Page>) -> View {
    let (header, notice, news) = (layout::header(), layout::notice(), layout::cart_news());
    let (footer, toast) = (layout::footer(), layout::toast());
    let page = live(move || {
        let page = page.get_clone();
        untracked(&mut || {
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
            (news)
            main(id="main", class="main", tabindex="-1") { (page) }
            (footer)
            (toast)
        }
    }
}
