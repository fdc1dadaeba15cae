//! How long a sign-in lasts: over a reload, and not over a sign-out.

use okta_local::{Endpoint, GrantType};

use e2e::pages::{Header, Messages, Orders, OrgSignIn};
use e2e::scene::{ALICE, BOB, Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_the_session_without_asking_the_org() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
        let asked = scene.org().requests(Endpoint::Authorize);
        tab.reload().await;
        Header(tab).greets(ALICE).await;
        Orders(tab).is_shown().await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), asked);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_reload_of_every_page_keeps_the_session() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
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
            Header(tab).greets(ALICE).await;
            tab.reload().await;
            Header(tab).greets(ALICE).await;
            tab.until_at(page).await;
        }
        // Signed in already, that page has nothing to begin.
        tab.open("/login").await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_access_token_is_renewed_once_when_it_is_needed() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let org = scene.org();
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);

        tab.expire_access_token().await;
        Messages(tab).open().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);

        // The new tokens are kept: nothing is renewed again, and nobody had to sign in.
        tab.reload().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        Header(tab).greets(ALICE).await;
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
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).sign_out().await;
        tab.until_at("/").await;
        Header(tab).shows_nobody().await;
        Orders(tab).open().await;
        // The org's own session has ended too: it asks for the password instead of sending back at once.
        OrgSignIn(tab).is_shown().await;
        OrgSignIn(tab).sign_in(BOB).await;
        tab.until_at("/orders").await;
        Header(tab).greets(BOB).await;
    })
    .await;
}

/// The org's own word on a token (RFC 7662).
async fn is_active(scene: &Scene, token: &str) -> bool {
    let url = format!("{}/v1/introspect", scene.stack.issuer());
    let form = [("token", token), ("client_id", scene.stack.client_id())];
    let answer = okta_cli::http::loopback().post(url).form(&form).send().await.unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    answer["active"].as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sign_out_the_org_knows_the_tokens_no_more() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.shopper().opens_signing_in_as(ALICE, "/orders").await;
        let session = tab.session().await.unwrap();
        let refresh_token = session["refresh_token"].as_str().unwrap();
        assert!(is_active(scene, refresh_token).await);
        scene.shopper().signs_out().await;
        assert!(!is_active(scene, refresh_token).await, "the refresh token outlives the sign-out");
        assert!(tab.session().await.is_none());
    })
    .await;
}
