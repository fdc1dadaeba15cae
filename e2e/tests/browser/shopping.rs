//! The shop's main job: from the shelf to the order.

use shared::paths;

use crate::order_book::orders_in_database;

use e2e::pages::{Cart, Checkout, Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_fills_a_cart_signs_in_at_checkout_and_finds_the_order_after_the_api_restarts() {
    scene(async |scene: &mut Scene| {
        let tab = scene.tab.clone();
        let products = Products(&tab);
        products.open().await;
        products.shows_at_least(24).await;
        Header(&tab).shows_nobody().await;
        products.add("apple-sapling").await;
        products.add("tomato-seeds").await;
        Header(&tab).counts(2).await;

        Header(&tab).open_cart().await;
        Cart(&tab).shows_lines(2).await;
        assert!(Cart(&tab).total().await.contains('$'));
        Cart(&tab).check_out().await;
        OrgSignIn(&tab).is_shown().await;
        assert!(tab.address().await.starts_with(scene.org().base_url()));
        OrgSignIn(&tab).sign_in(ALICE).await;

        tab.until_at("/checkout").await;
        Checkout(&tab).is_shown().await;
        Checkout(&tab).fill_in_address().await;
        Checkout(&tab).shows_lines(2).await;
        Header(&tab).greets(ALICE).await;
        let number = Checkout(&tab).place_order().await;
        Header(&tab).counts(0).await;
        Header(&tab).open("orders").await;
        Orders(&tab).shows(1, &number).await;
        assert_eq!(orders_in_database(&scene.stack).await, std::slice::from_ref(&number));

        scene.stack.restart_api().await.unwrap();
        Orders(&tab).open().await;
        Orders(&tab).shows(1, &number).await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cart_is_kept_over_a_reload_and_search_narrows_the_shelf() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Products(tab).open().await;
        Products(tab).shows_at_least(24).await;
        Products(tab).add("apple-sapling").await;
        Header(tab).counts(1).await;
        tab.reload().await;
        Header(tab).counts(1).await;
        Products(tab).search("no such plant anywhere").await;
        Products(tab).shows(0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_open_and_orders_are_not() {
    scene(async |scene: &mut Scene| {
        let api = scene.stack.api_url();
        let status = async |path: &str| {
            okta_cli::http::loopback().get(format!("{api}{path}")).send().await.unwrap().status().as_u16()
        };
        assert_eq!(status(paths::PRODUCTS).await, 200);
        assert_eq!(status(paths::ORDERS).await, 401);
        Orders(&scene.tab).open().await;
        OrgSignIn(&scene.tab).is_shown().await;
    })
    .await;
}
