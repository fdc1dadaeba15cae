//! What stands in a field counts, whatever events told of it: password managers and the like send few, or none.

use e2e::browser::{Tab, hook};
use e2e::pages::{Checkout, Header, Products, Staff};
use e2e::scene::{ALICE, BOB, Scene, scene};

/// Puts a text there as a program does that fills forms in, with this event or with none.
async fn put(tab: &Tab, selector: &str, text: &str, event: &str) {
    tab.see(selector).await;
    let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
                  if (arguments[2]) field.dispatchEvent(new Event(arguments[2], { bubbles: true }));";
    tab.run(script, vec![selector.into(), text.into(), event.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_filled_in_without_a_key_is_taken() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        Checkout(tab).is_shown().await;
        for (field, text, event) in [
            ("name", "Alice Shopper", "change"),
            ("street", "12 Orchard Lane", ""),
            ("city", "Portland", "input"),
            ("region", "Oregon", ""),
            ("postal_code", "97201", "change"),
            ("country", "US", ""),
        ] {
            put(tab, &hook(&format!("address-{field}")), text, event).await;
        }
        tab.click(&hook("checkout-continue")).await;
        Checkout(tab).place_order().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_and_a_quantity_are_taken_as_they_stand() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Products(tab).open().await;
        Products(tab).shows_at_least(2).await;
        put(tab, &hook("search"), "pear", "change").await;
        tab.until_at("/products?q=pear").await;
        put(tab, &hook("search"), "no such plant", "").await;
        tab.run("document.querySelector('form.search').requestSubmit();", Vec::new()).await;
        Products(tab).shows(0).await;
        tab.open("/products/pear-sapling").await;
        put(tab, ".buy input", "3", "").await;
        tab.click(&hook("add-to-cart")).await;
        Header(tab).counts(3).await;
        put(tab, ".buy input", "5", "").await;
        tab.click(".buy .stepper-button:last-of-type").await;
        tab.click(&hook("add-to-cart")).await;
        Header(tab).counts(9).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_has_as_many_pieces_as_stand_there() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.shopper().is_signed_in_as(BOB).await;
        Staff(tab).open_stock().await;
        let before = Staff(tab).in_stock("pear-sapling").await;
        put(tab, "#pieces-pear-sapling", "7", "").await;
        tab.click(&hook("restock-pear-sapling")).await;
        Staff(tab).has_in_stock("pear-sapling", before + 7).await;
    })
    .await;
}
