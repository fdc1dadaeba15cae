//! Every page, by day and by night, on a phone and on a desk: nothing that axe-core finds fault with, and a picture
//! of each in `target/screenshots` for people to look at.

mod accounts;
mod lens;

use okta_local::Endpoint;

use e2e::browser::{Tab, hook};
use e2e::pages::{Cart, Checkout, Dashboard, Header, OrgSignIn, Products};
use e2e::scene::{ALICE, BOB, Scene, scene};

pub(crate) use lens::Lens;

async fn open_and_look(tab: &Tab, lens: &mut Lens<'_>, pages: &[(&str, &str, &str)]) {
    for (name, path, selector) in pages {
        tab.open(path).await;
        tab.see(selector).await;
        lens.look(name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_sees_is_for_everybody() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let mut lens = Lens::new(tab);
        let card = hook("product-card");
        let pages = [
            ("home", "/", card.as_str()),
            ("products", "/products", &card),
            ("products-page-2", "/products?page=2&sort=price", &card),
            ("products-nothing", "/products?q=zebra", ".panel-empty"),
            ("product", "/products/glass-cloche", "[data-testid=product-title]"),
            ("product-gone", "/products/unicorn", "[data-testid=not-found]"),
            ("not-found", "/nowhere", "[data-testid=not-found]"),
            ("cart-empty", "/cart", ".panel-empty"),
            ("sign-in-failed", "/login/callback?error=access_denied&state=x", "[data-testid=callback-error]"),
            ("sign-in-refused", "/login?iss=https%3A%2F%2Felsewhere.test", "[data-testid=login-refused]"),
        ];
        open_and_look(tab, &mut lens, &pages).await;
        fill_cart(tab).await;
        Cart(tab).shows_lines(2).await;
        lens.look("cart").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shoppers_see_is_for_every_shopper() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let mut lens = Lens::new(tab);
        fill_cart(tab).await;
        Cart(tab).check_out().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Checkout(tab).is_shown().await;
        lens.look("checkout").await;
        tab.click(&hook("checkout-continue")).await;
        tab.see(&hook("address-mistakes")).await;
        lens.look("checkout-mistakes").await;
        Checkout(tab).fill_in_address().await;
        Checkout(tab).shows_lines(2).await;
        lens.look("checkout-review").await;
        let number = Checkout(tab).place_order().await;
        lens.look("order-placed").await;
        let order = format!("/orders/{number}");
        let pages = [
            ("orders", "/orders", "[data-testid=order-row]"),
            ("order", order.as_str(), "[data-testid=order-page]"),
            ("order-unknown", "/orders/G-0000-0000", "[data-testid=failure]"),
            ("checkout-empty", "/checkout", ".panel-empty"),
            ("profile", "/profile", "#claim-email"),
            ("messages", "/messages", "#message-0"),
            ("staff-only", "/staff", "[data-testid=forbidden]"),
        ];
        open_and_look(tab, &mut lens, &pages).await;
        tab.open(&order).await;
        tab.click(&hook("cancel-order")).await;
        tab.see(&hook("cancel-really")).await;
        lens.look("order-cancel").await;
        tab.click(&hook("cancel-really")).await;
        tab.see_text(&hook("order-status"), "Cancelled").await;
        lens.look("order-cancelled").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_staff_see_is_for_all_of_the_staff() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let mut lens = Lens::new(tab);
        fill_cart(tab).await;
        Cart(tab).check_out().await;
        OrgSignIn(tab).sign_in(BOB).await;
        Checkout(tab).is_shown().await;
        Checkout(tab).fill_in_address().await;
        let number = Checkout(tab).place_order().await;
        let order = format!("/staff/orders/{number}");
        let pages = [
            ("staff-orders", "/staff", "[data-testid=order-row]"),
            ("staff-stock", "/staff/stock", "[data-testid=stock-row]"),
            ("staff-order", order.as_str(), "[data-testid=ship-order]"),
        ];
        open_and_look(tab, &mut lens, &pages).await;
        tab.click(&hook("ship-order")).await;
        tab.see_text(&hook("order-status"), "Shipped").await;
        lens.look("staff-order-shipped").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_org_are_for_everybody() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let mut lens = Lens::new(tab);
        tab.open("/orders").await;
        OrgSignIn(tab).is_shown().await;
        lens.look("org-sign-in").await;
        OrgSignIn(tab).submit("alice@example.com", "wrong").await;
        OrgSignIn(tab).shows_refusal().await;
        lens.look("org-sign-in-refused").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Header(tab).greets(ALICE).await;
        tab.open_url(&format!("{}/app/UserHome", scene.org().base_url())).await;
        Dashboard(tab).is_of(ALICE.account().login.as_str()).await;
        lens.look("org-dashboard").await;
        tab.open("/").await;
        Header(tab).greets(ALICE).await;
        let (authorize, hint) = (authorize_address(scene).await, id_token(tab).await);
        for (name, query, selector) in [
            ("org-second-factor", "&acr_values=urn:okta:loa:2fa:any", "form"),
            ("org-consent", "&prompt=consent", "form"),
            ("org-error", "&client_id=nobody", "h1"),
        ] {
            let address = if name == "org-error" {
                format!("{}/v1/authorize?client_id=nobody", scene.stack.issuer())
            } else {
                format!("{authorize}{query}")
            };
            tab.client().goto(&address).await.unwrap();
            tab.see(selector).await;
            lens.look(name).await;
        }
        tab.client().goto(&format!("{}/v1/logout?id_token_hint={hint}", scene.stack.issuer())).await.unwrap();
        tab.see_text("h1", "Signed out").await;
        lens.look("org-signed-out").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_who_look_around_do_not_download_the_account_pages_and_ask_nobody_else() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/").await;
        Header(tab).shows_nobody().await;
        Products(tab).shows_at_least(4).await;
        let script = "return performance.getEntriesByType('resource').map(entry => entry.name)";
        let loaded = tab.client().execute(script, Vec::new()).await.unwrap();
        let loaded: Vec<String> = serde_json::from_value(loaded).unwrap();
        assert!(loaded.iter().any(|name| name.contains("/frontend-")), "{loaded:?}");
        assert!(!loaded.iter().any(|name| name.contains("/account-")), "{loaded:?}");
        let api = scene.stack.api_url();
        let ours = [scene.stack.spa_url(), &api, scene.stack.issuer()];
        let elsewhere = loaded.iter().find(|name| !ours.iter().any(|url| name.starts_with(*url)));
        assert_eq!(elsewhere, None);
        assert_eq!(scene.org().requests(Endpoint::Authorize), 0);
        assert!(layout_shift(tab).await < 0.02, "the page jumps while it loads: {}", layout_shift(tab).await);
    })
    .await;
}

/// How much of the page has jumped since it was opened (Layout Instability, 4.3).
async fn layout_shift(tab: &Tab) -> f64 {
    let script = "const done = arguments[0]; \
        let sum = 0; \
        const add = list => list.forEach(shift => sum += shift.value); \
        const shifts = new PerformanceObserver(list => add(list.getEntries())); \
        shifts.observe({ type: 'layout-shift', buffered: true }); \
        requestAnimationFrame(() => requestAnimationFrame(() => { add(shifts.takeRecords()); done(sum); }));";
    tab.client().execute_async(script, Vec::new()).await.unwrap().as_f64().unwrap()
}

/// One product from the shelf and one from its own page.
async fn fill_cart(tab: &Tab) {
    Products(tab).open().await;
    Products(tab).add("pear-sapling").await;
    tab.open("/products/tomato-seeds").await;
    tab.click(&hook("add-to-cart")).await;
    Header(tab).counts(2).await;
    Header(tab).open_cart().await;
}

/// As the shop keeps it.
async fn id_token(tab: &Tab) -> String {
    let script = "const key = Object.keys(localStorage).find(key => key.endsWith('.session')); \
                  return JSON.parse(localStorage[key]).id_token";
    let token = tab.client().execute(script, Vec::new()).await.unwrap();
    token.as_str().expect("the session holds an ID token").to_owned()
}

/// Where the shop would send somebody to sign in.
async fn authorize_address(scene: &Scene) -> String {
    let script = "return JSON.parse(document.getElementById('grove-config').textContent).client_id";
    let client = scene.tab.client().execute(script, Vec::new()).await.unwrap();
    format!(
        "{}/v1/authorize?response_type=code&scope=openid%20profile&state=s&nonce=n&client_id={}&redirect_uri={}\
         &code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        scene.stack.issuer(),
        client.as_str().unwrap_or_default(),
        format!("{}/login/callback", scene.stack.spa_url()).replace(':', "%3A").replace('/', "%2F"),
    )
}
