//! The callback page, visited in ways nobody means to.

use okta_local::Endpoint;

use crate::pages::{CallbackFailure, Header, Orders, OrgSignIn, Products};
use crate::scene::{Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_after_sign_in_does_no_harm() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let exchanges = || scene.stack.org().unwrap().requests(Endpoint::Token);
        Products(tab).open().await;
        Header(tab).shows_nobody().await;
        Header(tab).open("orders").await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).greets("Alice").await;
        let before = exchanges();
        // Back lies the org's page, which knows the person now and sends them on with another code, for a
        // sign-in that is over: to where that sign-in ended.
        tab.back().await;
        tab.until_at("/orders").await;
        Header(tab).greets("Alice").await;
        assert_eq!(exchanges(), before);
        Orders(tab).open().await;
        Orders(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_callback_address_opened_again_is_not_exchanged_and_does_not_harm_the_session() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let exchanges = || scene.stack.org().unwrap().requests(Endpoint::Token);
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Orders(tab).is_shown().await;
        let used = tab.loaded_from().await;
        assert!(used.starts_with("/login/callback?") && used.contains("code="), "{used}");
        let before = exchanges();
        tab.open(&used).await;
        Header(tab).greets("Alice").await;
        tab.reload().await;
        Header(tab).greets("Alice").await;
        Orders(tab).open().await;
        Orders(tab).is_shown().await;
        assert_eq!(exchanges(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_address_from_another_browser_signs_nobody_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/login/callback?code=somebody-elses&state=somebody-elses").await;
        CallbackFailure(tab).read().await;
        tab.reload().await;
        Header(tab).shows_nobody().await;
        assert_eq!(scene.stack.org().unwrap().requests(Endpoint::Token), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_callback_offers_to_start_again() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/login/callback?error=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&state=forged").await;
        CallbackFailure(tab).read().await;
        Header(tab).shows_nobody().await;
        CallbackFailure(tab).retry().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        Header(tab).greets("Alice").await;
    })
    .await;
}
