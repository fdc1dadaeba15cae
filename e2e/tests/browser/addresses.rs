//! Addresses as browsers have them: a `\` in a query stays there, a path may be written in several ways.

use e2e::browser::{Tab, hook};
use e2e::pages::{CallbackFailure, Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_opens_at_every_address_and_a_sign_in_returns_to_it() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let place = r"/products?q=a\b|c%zz#d\e";
        tab.open(place).await;
        Products(tab).shows(0).await;
        Header(tab).sign_in().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at(place).await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarded_page_is_returned_to_at_whatever_address_it_has() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let place = r"/%6Frders/?note=5\6#C:\garden";
        tab.open(place).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at(place).await;
        Orders(tab).is_shown().await;
    })
    .await;
}

/// What the org would say at this address of the callback.
async fn check_refusal(tab: &Tab, place: &str) {
    tab.open(place).await;
    let told = ("access_denied".to_owned(), r"CORP\alice is unknown".to_owned());
    assert_eq!(CallbackFailure(tab).read().await, told, "{place}");
    tab.until_at("/login/callback").await;
    Header(tab).shows_nobody().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_read_wherever_the_org_puts_it_and_leaves_the_address_bar() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let refusal = r"error=access_denied&error_description=CORP\alice+is+unknown&state=x";
        for place in ["/login/callback?", "/login/callback/?", "/login/callback#", "/login//call%62ack?"] {
            check_refusal(tab, &[place, refusal].concat()).await;
            // Only the fragment would change, which loads nothing.
            tab.open("/").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_with_escapes_is_the_same_path() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/products/pear%2Dsapling").await;
        tab.see(&hook("product-title")).await;
        tab.open("/products/no%2Fsuch").await;
        tab.see(&hook("not-found")).await;
    })
    .await;
}
