//! How long a sign-in lasts: over a reload, and not over a sign-out.

use okta_local::{Endpoint, GrantType};

use crate::pages::{Header, Messages, Orders, OrgSignIn};
use crate::scene::{Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_the_session_without_asking_the_org() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).greets("Alice").await;
        let asked = scene.stack.org().unwrap().requests(Endpoint::Authorize);
        tab.reload().await;
        Header(tab).greets("Alice").await;
        Orders(tab).is_shown().await;
        assert_eq!(scene.stack.org().unwrap().requests(Endpoint::Authorize), asked);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_reload_of_every_page_keeps_the_session() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).greets("Alice").await;
        let pages = [
            "/",
            "/products",
            "/products/apple-sapling",
            "/cart",
            "/checkout",
            "/profile",
            "/messages",
            "/no-such-page",
        ];
        for page in pages {
            tab.open(page).await;
            Header(tab).greets("Alice").await;
            tab.reload().await;
            Header(tab).greets("Alice").await;
            tab.until_at(page).await;
        }
        // Signed in already, that page has nothing to begin.
        tab.open("/login").await;
        tab.until_at("/").await;
        Header(tab).greets("Alice").await;
        assert_eq!(scene.stack.org().unwrap().requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_access_token_is_renewed_once_when_it_is_needed() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let org = scene.stack.org().unwrap();
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).greets("Alice").await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);

        tab.expire_access_token().await;
        Messages(tab).open().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);

        // The new tokens are kept: nothing is renewed again, and nobody had to sign in.
        tab.reload().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        Header(tab).greets("Alice").await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_both_sessions_and_protects_the_orders_again() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in("alice@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).sign_out().await;
        tab.until_at("/").await;
        Header(tab).shows_nobody().await;
        Orders(tab).open().await;
        // The org's own session has ended too: it asks for the password instead of sending back at once.
        OrgSignIn(tab).is_shown().await;
        OrgSignIn(tab).sign_in("bob@example.com").await;
        tab.until_at("/orders").await;
        Header(tab).greets("Bob").await;
    })
    .await;
}
