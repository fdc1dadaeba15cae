//! The first answer shows the shop, and takes what shoppers do, before its program has come.

use e2e::browser::{Tab, hook};
use e2e::pages::{Header, Products};
use e2e::scene::{ALICE, Scene, one_origin_scene, one_origin_scene_of};
use serde_json::{Value, json};

/// Keeps the program of each page back until the test lets it go.
const GATE: &str = "const gate = new Promise(open => window.__open = open); \
    for (const name of ['instantiateStreaming', 'instantiate']) { \
        const real = WebAssembly[name]; \
        WebAssembly[name] = (...given) => gate.then(() => real.apply(WebAssembly, given)); \
    }";

/// Counts what is on the page in the moment in which the program has put up its own.
const WATCH: &str = "const grove = document.getElementById('grove'); \
    new MutationObserver((_, observer) => { \
        observer.disconnect(); \
        window.__first = grove.querySelectorAll('[data-testid=product-card]').length; \
    }).observe(grove, { childList: true });";

/// Has the page's program begin, and waits until it knows that nobody is signed in.
async fn let_the_program_begin(tab: &Tab) {
    tab.run("window.__open()", Vec::new()).await;
    tab.see(Header::LOGIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_seen_searched_and_walked_through_before_its_program_is_there() {
    one_origin_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.run_before_pages(GATE).await;
        tab.open("/").await;
        Products(tab).shows(24).await;
        tab.click("a[href='/products/fig-sapling']").await;
        tab.see_text(&hook("product-title"), "Fig").await;
        tab.open("/products").await;
        tab.click(&hook("category-tools")).await;
        tab.until_at("/products?category=tools").await;
        tab.fill(&hook("search"), "hoe\n").await;
        tab.until_at("/products?q=hoe&category=tools&sort=shop").await;
        Products(tab).shows(1).await;
        tab.see("a[href='/products/dutch-hoe']").await;
        // Nobody knows yet who is there, or what is in the cart.
        assert_eq!(tab.count(Header::LOGIN).await + tab.count(Header::LOGOUT).await, 0);
        assert_eq!(tab.run("return typeof window.__open", Vec::new()).await, "function");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_puts_up_the_whole_page_at_once_and_asks_for_nothing_that_came_with_it() {
    one_origin_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.run_before_pages(GATE).await;
        for (page, cards) in [("/", 24), ("/products?category=tools", 11), ("/products/border-spade", 4)] {
            tab.open(page).await;
            Products(tab).shows(cards).await;
            tab.run("window.scrollTo(0, 400)", Vec::new()).await;
            tab.run(WATCH, Vec::new()).await;
            let before = shown(tab).await;
            scene.browser().calls().await;
            let_the_program_begin(tab).await;
            assert_eq!(tab.run("return window.__first", Vec::new()).await, cards, "{page}");
            assert_eq!(shown(tab).await, before, "{page}");
            let calls = scene.browser().calls().await;
            let asked = calls.iter().filter(|call| call.url.contains("/api/products")).map(|call| &call.url);
            assert!(asked.clone().all(|url| url.contains("cursor=")), "{:?}", asked.collect::<Vec<_>>());
        }
    })
    .await;
}

/// What people see of the page: its words, title, address and place.
async fn shown(tab: &Tab) -> Value {
    let script = "return [document.querySelector('main').innerText, document.title, scrollY, \
        document.querySelector('meta[name=description]').content, location.href, \
        [...document.querySelectorAll('main a')].map(link => link.getAttribute('href'))]";
    tab.run(script, Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_and_pressed_before_the_program_is_there_is_done_once_it_is() {
    one_origin_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.run_before_pages(GATE).await;
        tab.open("/products").await;
        Products(tab).add("apple-sapling").await;
        Products(tab).search("hoe").await;
        assert_eq!(tab.count("[data-testid=add-apple-sapling][aria-busy=true]").await, 1);
        let_the_program_begin(tab).await;
        Header(tab).counts(1).await;
        tab.until_at("/products?q=hoe").await;
        Products(tab).shows(1).await;
        let field =
            "const field = document.activeElement; return [field.id, field.value, field.selectionStart]";
        assert_eq!(tab.run(field, Vec::new()).await, json!(["search", "hoe", 3]));

        tab.open("/products/border-spade").await;
        tab.fill(".buy input", "3").await;
        tab.click(".buy .stepper-button:last-child").await;
        tab.click(&hook("add-to-cart")).await;
        tab.run("window.__open()", Vec::new()).await;
        Header(tab).counts(5).await;

        tab.open("/products").await;
        tab.click(&format!("{} option[value=price]", hook("sort"))).await;
        let_the_program_begin(tab).await;
        tab.until_at("/products?sort=price").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_program_cannot_be_loaded_the_shop_is_there_and_says_what_is_not() {
    let folder = crate::below_a_path::without_programs();
    one_origin_scene_of(folder.path().to_owned(), async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/products/fig-sapling").await;
        tab.see_text("[role=alert]", "cannot be loaded").await;
        tab.click("a[href='/products?category=saplings']").await;
        Products(tab).shows_at_least(10).await;
    })
    .await;
}

/// What the server sends is the same for everybody, and the rest comes from the browser.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_is_greeted_on_a_prepared_page_and_their_cart_is_theirs() {
    one_origin_scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        for page in ["/", "/products/pear-sapling"] {
            tab.open(page).await;
            Header(tab).greets(ALICE).await;
            Header(tab).counts(1).await;
            let sent = okta_cli::http::loopback().get(format!("{}{page}", tab.app())).send().await.unwrap();
            assert_eq!(sent.headers()["cache-control"], "no-cache");
            let sent = sent.text().await.unwrap();
            assert!(!sent.contains("Alice") && !sent.contains("logout-button"), "{sent}");
        }
    })
    .await;
}
