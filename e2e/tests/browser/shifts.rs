//! Nothing on a page moves while it comes: neither on a phone nor on a desk, wherever a slow network stops.

use e2e::browser::{Tab, hook};
use e2e::pages::{Cart, Header, Products};
use e2e::scene::{ALICE, BOB, Scene, one_origin_scene, scene};

/// Width and height in CSS pixels.
const SCREENS: [(u32, u64); 2] = [(412, 823), (1350, 940)];
/// Each answer takes as long as on a phone's network, in milliseconds, so that every state between is seen.
const LATENCY: u32 = 150;
/// Bytes a second, 1.6 Mbit.
const THROUGHPUT: i32 = 200_000;
/// The most by which all that moves on a page may move, by the measure of browsers (Layout Instability API).
const MOST: f64 = 0.01;

const LISTEN: &str = "window.__shifts = []; \
    const heard = list => list.getEntries().forEach(shift => window.__shifts.push([shift.value, \
        ...shift.sources.map(source => source.node?.outerHTML?.slice(0, 60) ?? '')])); \
    new PerformanceObserver(heard).observe({ type: 'layout-shift', buffered: true });";

/// Opens each page, waits until what it is about is shown and its pictures are, and adds up what moved.
async fn check(tab: &Tab, pages: &[(&str, &str)]) {
    tab.set_network(false, LATENCY, THROUGHPUT).await;
    let mut wrong = Vec::new();
    for (width, height) in SCREENS {
        tab.set_size(width, height).await;
        for (page, selector) in pages {
            tab.open("/art/logo.svg").await;
            tab.open(page).await;
            tab.see(selector).await;
            is_drawn(tab).await;
            let shifts = tab.run("return window.__shifts", Vec::new()).await;
            let values = shifts.as_array().unwrap().iter().map(|shift| shift[0].as_f64().unwrap());
            let moved: f64 = values.sum();
            if moved > MOST {
                wrong.push(format!("{page} at {width}: {moved:.3}: {shifts}"));
            }
        }
    }
    tab.set_network(false, 0, -1).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing is loading that is in sight, and what has come is drawn.
async fn is_drawn(tab: &Tab) {
    let loaded = "const seen = image => image.getBoundingClientRect().top < innerHeight; \
        return [...document.images].filter(seen).every(image => image.complete) \
            && !document.querySelector('.skeleton')";
    tab.until("what is in sight to have come", async || {
        if tab.run(loaded, Vec::new()).await == true { Ok(()) } else { Err("less".to_owned()) }
    })
    .await;
    let drawn = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(arguments[0])))";
    tab.run_and_wait(drawn, Vec::new()).await;
}

const CARD: &str = "[data-testid=product-card]";

fn everybodys() -> [(&'static str, &'static str); 6] {
    [
        ("/", CARD),
        ("/products", CARD),
        ("/products?q=zebra", ".panel-empty"),
        ("/products/fig-sapling", CARD),
        ("/products/unicorn", "[data-testid=not-found]"),
        ("/cart", ".panel-empty"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_on_the_pages_of_a_static_host() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.run_before_pages(LISTEN).await;
        check(tab, &everybodys()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_on_prepared_pages() {
    one_origin_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.run_before_pages(LISTEN).await;
        check(tab, &everybodys()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_on_the_pages_of_people() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        Header(tab).greets(ALICE).await;
        Header(tab).open_cart().await;
        Cart(tab).check_out().await;
        let number = shopper.orders().await;
        Products(tab).open().await;
        shopper.puts("fig-sapling").await;
        shopper.has_in_the_cart(1).await;
        let order = format!("/orders/{number}");
        tab.run_before_pages(LISTEN).await;
        let pages = [
            ("/", CARD),
            ("/products/fig-sapling", CARD),
            ("/cart", "[data-testid=cart-line]"),
            ("/checkout", "[data-testid=checkout-continue]"),
            ("/orders", "[data-testid=order-row]"),
            (order.as_str(), "[data-testid=order-page]"),
            ("/profile", "#claim-email"),
            ("/messages", "#message-0"),
            ("/staff", "[data-testid=forbidden]"),
        ];
        check(tab, &pages).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_on_the_pages_of_the_staff() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(BOB).await;
        tab.run_before_pages(LISTEN).await;
        check(tab, &[("/staff", &hook("staff-page")), ("/staff/stock", "[data-testid=stock-row]")]).await;
    })
    .await;
}
