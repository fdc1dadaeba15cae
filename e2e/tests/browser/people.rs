//! One browser, two people: nothing that is somebody's is shown to another, sent by another, or left behind.

use fantoccini::wd::WindowHandle;
use okta_local::Endpoint;

use crate::order_book::orders_in_database;
use e2e::browser::{Tab, hook};
use e2e::pages::{Checkout, Header, Notices, Orders, OrgSignIn, Staff};
use e2e::scene::{ALICE, BOB, Person, Scene, scene};

/// The first order of all is not sent, and its sender waits for an answer that does not come.
const HOLD_THE_FIRST_ORDER: &str = "const send = window.fetch; \
    window.fetch = (...request) => { \
        const url = request[0].url ?? request[0]; \
        const method = request[1]?.method ?? request[0].method; \
        if (method === 'POST' && url.endsWith('/api/orders') && !localStorage.held) { \
            localStorage.held = 'yes'; \
            return Promise.reject(new TypeError('blocked')); \
        } \
        return send(...request); };";

/// The session at the org ends, and somebody else signs in in a second tab, by a link of the org. Nobody signs out.
async fn takes_the_place(scene: &Scene, person: Person) -> WindowHandle {
    let tab = &scene.tab;
    let first = tab.window().await;
    scene.org().end_sessions();
    tab.open_another().await;
    tab.open(&format!("/login?iss={}", scene.stack.issuer())).await;
    OrgSignIn(tab).sign_in(person).await;
    Header(tab).greets(person).await;
    let second = tab.window().await;
    tab.switch_to(&first).await;
    second
}

/// Alice, with a tree in her cart.
async fn is_at_the_checkout(scene: &Scene) {
    let shopper = scene.shopper();
    shopper.is_signed_in_as(ALICE).await;
    shopper.browses().await;
    shopper.puts("pear-sapling").await;
    shopper.checks_out().await;
    Checkout(&scene.tab).is_shown().await;
}

/// All that the page shows, and all that the browser keeps of people: the whole of the storages.
async fn everything(tab: &Tab) -> String {
    let shown = tab.run("return document.documentElement.outerHTML", Vec::new()).await;
    format!("{shown} {}", tab.everything_kept().await)
}

async fn holds_nothing_of_alices(tab: &Tab) {
    tab.until("a tab without anything of Alice's", async || {
        let all = everything(tab).await;
        let found = ["12 Orchard Lane", "Alice", "97201"].into_iter().find(|part| all.contains(part));
        found.map_or(Ok(()), |part| Err(format!("{part} in {all}")))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_orders_of_one_person_go_from_the_page_when_another_signs_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let shopper = scene.shopper();
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.has_in_the_cart(1).await;
        shopper.checks_out().await;
        let number = shopper.orders().await;
        Orders(tab).open().await;
        Orders(tab).shows(1, &number).await;
        takes_the_place(scene, BOB).await;
        Header(tab).greets(BOB).await;
        Orders(tab).is_shown().await;
        Orders(tab).shows_rows(0).await;
        Notices(tab).tell_of_the_session("Somebody else has signed in").await;
        holds_nothing_of_alices(tab).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_for_the_staff_does_not_stay_under_a_shopper() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.shopper().is_signed_in_as(BOB).await;
        Staff(tab).open_stock().await;
        takes_the_place(scene, ALICE).await;
        Header(tab).greets(ALICE).await;
        Staff(tab).is_forbidden().await;
        tab.see_count(&hook("stock-row"), 0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_one_person_has_typed_is_not_filled_in_for_another() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let shopper = scene.shopper();
        is_at_the_checkout(scene).await;
        Checkout(tab).type_address().await;
        takes_the_place(scene, BOB).await;
        Header(tab).greets(BOB).await;
        // Alice's cart is hers as well.
        Header(tab).counts(0).await;
        holds_nothing_of_alices(tab).await;
        shopper.browses().await;
        shopper.puts("fig-sapling").await;
        shopper.checks_out().await;
        Checkout(tab).names("").await;
        holds_nothing_of_alices(tab).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_got_no_answer_is_not_sent_for_another_person() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let shopper = scene.shopper();
        tab.run_before_pages(HOLD_THE_FIRST_ORDER).await;
        is_at_the_checkout(scene).await;
        Checkout(tab).fill_in_address().await;
        Checkout(tab).press_place().await;
        Notices(tab).failure().await;
        takes_the_place(scene, BOB).await;
        Header(tab).greets(BOB).await;
        shopper.browses().await;
        shopper.puts("fig-sapling").await;
        shopper.checks_out().await;
        Checkout(tab).is_shown().await;
        Checkout(tab).names("").await;
        Checkout(tab).fill_in_address().await;
        assert_eq!(orders_in_database(&scene.stack).await, [""; 0]);
        // Bob's own order is another one.
        let number = Checkout(tab).place_order().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sign_out_no_tab_holds_anything_of_the_person() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let shopper = scene.shopper();
        is_at_the_checkout(scene).await;
        Checkout(tab).type_address().await;
        let first = tab.window().await;
        let second = tab.open_another().await;
        shopper.browses().await;
        // What is said to the first tab comes late, whatever way it goes.
        tab.switch_to(&first).await;
        tab.set_frozen(true).await;
        tab.switch_to(&second).await;
        shopper.signs_out().await;
        holds_nothing_of_alices(tab).await;
        tab.switch_to(&first).await;
        tab.set_frozen(false).await;
        holds_nothing_of_alices(tab).await;
        Header(tab).counts(0).await;
    })
    .await;
}

/// Alice's cart and address, and a session that ends when the page needs it next.
async fn expires_at_the_checkout(scene: &Scene) {
    let tab = &scene.tab;
    is_at_the_checkout(scene).await;
    Checkout(tab).fill_in_address().await;
    scene.org().revoke_tokens_of(&ALICE.login());
    tab.expire_access_token().await;
    tab.reload().await;
    Notices(tab).tell_of_the_session("session has expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_was_doing_waits_for_them_when_their_session_expires() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        expires_at_the_checkout(scene).await;
        Header(tab).counts(1).await;
        tab.see(&hook("parcel-address")).await;
        // In another tab as well, and after a reload.
        let first = tab.window().await;
        tab.open_another().await;
        tab.open("/cart").await;
        Header(tab).counts(1).await;
        tab.switch_to(&first).await;
        tab.click(&format!("{} .button:not(.button-quiet)", hook("notice"))).await;
        Header(tab).greets(ALICE).await;
        Header(tab).counts(1).await;
        tab.see_text(&hook("parcel-address"), "12 Orchard Lane").await;
        let number = Checkout(tab).place_order().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_somebody_is_not_found_by_another() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        expires_at_the_checkout(scene).await;
        scene.org().end_sessions();
        tab.open("/orders").await;
        OrgSignIn(tab).sign_in(BOB).await;
        Header(tab).greets(BOB).await;
        Header(tab).counts(0).await;
        holds_nothing_of_alices(tab).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_go_on_with_an_expired_session_signs_out_of_it() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        expires_at_the_checkout(scene).await;
        tab.click(&hook("notice-sign-out")).await;
        tab.until_at("/").await;
        Header(tab).shows_nobody().await;
        Header(tab).counts(0).await;
        holds_nothing_of_alices(tab).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_without_a_network_is_made_up_for_when_it_is_back() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        scene.shopper().is_signed_in_as(ALICE).await;
        tab.open("/products").await;
        Header(tab).greets(ALICE).await;
        tab.set_offline(true).await;
        Header(tab).sign_out().await;
        Notices(tab).tell_of_the_session("the sign-in service could not be told yet").await;
        Header(tab).shows_nobody().await;
        tab.until_at("/products").await;
        assert_eq!(org.requests(Endpoint::Logout), 0);
        tab.set_offline(false).await;
        tab.until("the org to hear of it", async || match org.requests(Endpoint::Logout) {
            0 => Err("nothing yet".to_owned()),
            _ => Ok(()),
        })
        .await;
        tab.until_at("/").await;
        tab.open("/orders").await;
        OrgSignIn(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_the_browser_has_no_room_for_is_right_until_the_page_is_left() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let shopper = scene.shopper();
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.has_in_the_cart(1).await;
        let fill = "for (let size = 1 << 22; size > 0; size >>= 1) { \
            try { for (let n = 0; ; n++) localStorage[`full-${size}-${n}`] = 'x'.repeat(size); } catch {} }";
        tab.run(fill, Vec::new()).await;
        shopper.puts("fig-sapling").await;
        Notices(tab).confirm("no room to save it").await;
        shopper.has_in_the_cart(2).await;
        shopper.puts("apple-sapling").await;
        shopper.has_in_the_cart(3).await;
        Header(tab).open_cart().await;
        shopper.has_in_the_cart(3).await;
    })
    .await;
}
