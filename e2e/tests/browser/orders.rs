//! Orders and shelves: long lists, prices that change, deliveries.

use e2e::browser::hook;
use e2e::pages::{Checkout, Header, Notices, Orders, Products, Staff};
use e2e::scene::{ALICE, BOB, Scene, scene};

use crate::order_book::{add_earlier_orders, orders_in_database, set_price};

async fn at_the_review(scene: &Scene) {
    let shopper = scene.shopper();
    shopper.is_signed_in_as(ALICE).await;
    shopper.browses().await;
    shopper.puts("pear-sapling").await;
    shopper.has_in_the_cart(1).await;
    shopper.checks_out().await;
    shopper.says_where_it_goes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_of_orders_comes_in_parts_until_all_are_there() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        at_the_review(scene).await;
        let number = Checkout(tab).place_order().await;
        add_earlier_orders(&scene.stack, 40).await;
        Orders(tab).open().await;
        Orders(tab).lists_first(&number).await;
        let mut shown = tab.count(&hook("order-row")).await;
        assert!(shown < 41, "the first part holds everything");
        while shown < 41 {
            Orders(tab).show_more().await;
            let before = shown;
            shown = tab
                .until("more rows", async || match tab.count(&hook("order-row")).await {
                    now if now > before => Ok(now),
                    now => Err(format!("{now}")),
                })
                .await;
        }
        Orders(tab).shows_rows(41).await;
        Orders(tab).shows_all().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_changed_is_told_before_anything_is_bought_and_the_new_one_is_paid() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        at_the_review(scene).await;
        set_price(&scene.stack, "pear-sapling", 77_77).await;
        Checkout(tab).press_place().await;
        assert!(Notices(tab).failure().await.contains("price has changed"));
        assert!(orders_in_database(&scene.stack).await.is_empty());
        Checkout(tab).costs("$77.77").await;
        let number = Checkout(tab).place_order().await;
        assert_eq!(orders_in_database(&scene.stack).await, std::slice::from_ref(&number));
        tab.see_text(".summary-total", "$77.77").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_on_the_shelf_at_once_and_only_the_staff_may_take_one_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.shopper().is_signed_in_as(BOB).await;
        Staff(tab).open_stock().await;
        let before = Staff(tab).in_stock("glass-cloche").await;
        Staff(tab).restock("glass-cloche", 7).await;
        Notices(tab).confirm("The stock has been updated").await;
        Staff(tab).has_in_stock("glass-cloche", before + 7).await;
        tab.reload().await;
        Staff(tab).has_in_stock("glass-cloche", before + 7).await;
        scene.shopper().signs_out().await;
        scene.shopper().is_signed_in_as(ALICE).await;
        tab.open("/staff/stock").await;
        Staff(tab).is_forbidden().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_of_page_the_keyboard_is_at_its_heading() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let focused = "return [document.activeElement?.id ?? '', document.title]";
        Products(tab).open().await;
        Header(tab).shows_nobody().await;
        // The first page is no change: the keyboard starts where the browser has it.
        assert_eq!(tab.run(focused, Vec::new()).await[0], "");
        for (link, title) in [("cart", "Cart"), ("products", "Grove")] {
            Header(tab).open(link).await;
            tab.until("the keyboard at the heading", async || {
                let seen = tab.run(focused, Vec::new()).await;
                let there = seen[0] == "page-heading" && seen[1].as_str().unwrap().contains(title);
                if there { Ok(()) } else { Err(seen.to_string()) }
            })
            .await;
        }
        tab.back().await;
        tab.until("the keyboard at the heading", async || {
            let seen = tab.run(focused, Vec::new()).await;
            let there = seen[0] == "page-heading" && seen[1].as_str().unwrap().contains("Cart");
            if there { Ok(()) } else { Err(seen.to_string()) }
        })
        .await;
    })
    .await;
}
