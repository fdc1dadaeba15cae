//! The cart: the same in all tabs, kept over the sign-in, and gone with the person.

use e2e::pages::{Cart, Header, Notices, Products};
use e2e::scene::{ALICE, Scene, SignIn, scene};

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_share_one_cart() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.shopper().browses().await;
        let first = tab.window().await;
        let second = tab.open_another().await;
        scene.shopper().browses().await;
        scene.shopper().puts("apple-sapling").await;
        Header(tab).counts(1).await;
        tab.switch_to(&first).await;
        Header(tab).counts(1).await;
        Products(tab).add("tomato-seeds").await;
        Header(tab).counts(2).await;
        tab.switch_to(&second).await;
        Header(tab).counts(2).await;
        Cart(tab).open().await;
        Cart(tab).shows_lines(2).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_leaves_with_its_person_and_comes_back_with_them_and_the_shop_says_so() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.has_in_the_cart(1).await;
        is_known_to_the_api(scene, "pear-sapling").await;
        shopper.signs_out().await;
        // Whoever sits down at this computer next finds nothing.
        Header(tab).counts(0).await;
        Cart(tab).open().await;
        Cart(tab).is_empty().await;
        assert!(!tab.everything_kept().await.contains("pear-sapling"));

        shopper.browses().await;
        shopper.puts("apple-sapling").await;
        Header(tab).counts(1).await;
        Header(tab).sign_in().await;
        shopper.signs_in_as(ALICE).await;
        Header(tab).counts(2).await;
        Notices(tab).tell_of_the_cart("as you left it last time").await;
        Notices(tab).dismiss_the_carts().await;
        Cart(tab).open().await;
        Cart(tab).shows_lines(2).await;
    })
    .await;
}

/// Waits until the page has told the API, as it does by itself.
async fn is_known_to_the_api(scene: &Scene, product: &str) {
    let sign_in = SignIn::over_http(&scene.stack, ALICE).await;
    let url = format!("{}{}", scene.stack.api_url(), shared::paths::CART);
    scene
        .tab
        .until("the API to know the cart", async || {
            let text = sign_in.get(&url).await.text().await.unwrap_or_default();
            if text.contains(product) { Ok(()) } else { Err(text) }
        })
        .await;
}
