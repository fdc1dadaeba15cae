//! Signing in: with the right password, with a wrong one, by the wrong person, towards a deep link.

use okta_local::Endpoint;
use serde_json::Value;

use e2e::pages::{CallbackFailure, Checkout, Header, Messages, Orders, OrgSignIn, Products, Profile};
use e2e::scene::{ALICE, BOB, CAROL, Scene, SignIn, scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_shows_the_orgs_message_and_lets_one_try_again() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).submit("alice@example.com", "Grove-2025!").await;
        OrgSignIn(tab).shows_refusal().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Orders(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_may_not_use_the_shop_reads_why_and_is_not_sent_around_in_circles() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in(CAROL).await;
        let (code, description) = CallbackFailure(tab).read().await;
        assert_eq!(code, "access_denied");
        assert!(description.contains("not assigned"), "{description}");
        assert!(tab.address().await.contains("/login/callback"), "{}", tab.address().await);
        Header(tab).shows_nobody().await;
        CallbackFailure(tab).go_home().await;
        tab.until_at("/").await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_survives_the_sign_in_with_its_query_and_its_fragment() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/checkout?coupon=SPRING#pay").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/checkout?coupon=SPRING#pay").await;
        Checkout(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_signs_in_and_comes_back_to_the_page_it_was_on() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Products(tab).open().await;
        Header(tab).sign_in().await;
        OrgSignIn(tab).sign_in(BOB).await;
        tab.until_at("/products").await;
        Header(tab).greets(BOB).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initiate_login_address_starts_a_sign_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/login").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

/// What the org knows of the person, asked by the same app without a page: nobody but the page has its key.
async fn user_info(scene: &Scene) -> Value {
    let sign_in = SignIn::over_http(&scene.stack, ALICE).await;
    sign_in.get(&format!("{}/v1/userinfo", scene.stack.issuer())).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_shows_the_claims_and_the_messages_come_from_the_api() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Profile(tab).open().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/profile").await;
        let org_says = user_info(scene).await;
        for claim in ["name", "email"] {
            assert_eq!(org_says[claim].as_str(), Some(Profile(tab).claim(claim).await.as_str()), "{claim}");
        }
        assert_eq!(org_says["preferred_username"].as_str(), Some(ALICE.login().as_str()));
        assert_eq!(Profile(tab).claim("iss").await, scene.stack.issuer());
        Messages(tab).open().await;
        assert!(!Messages(tab).message(0).await.is_empty());
        assert!(!Messages(tab).message(1).await.is_empty());
    })
    .await;
}
