//! An app whose pages all need a sign-in, save for the callback.

use okta_local::Endpoint;

use crate::example::Example;
use crate::example::{example_scene, guarded_scene};
use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, CAROL, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_leads_to_the_org_first_and_back_again() {
    guarded_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/profile?tab=claims#email").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/profile?tab=claims#email").await;
        assert_eq!(Example(tab).claim("email").await, "alice@example.com");
        tab.open("/").await;
        tab.see_text("#welcome", "Alice").await;
        tab.open("/no-such-page").await;
        Example(tab).is_signed_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_is_explained_on_the_callback_which_is_not_guarded() {
    guarded_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.open("/").await;
        OrgSignIn(tab).sign_in(CAROL).await;
        assert_eq!(Example(tab).failure().await.0, "access_denied");
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_followed_within_the_page_with_query_and_fragment() {
    example_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/").await;
        tab.see("nav a").await;
        let script =
            "document.querySelector('nav a').href = '/no-such-page?from=home#part'; window.loaded = 'once'";
        tab.run(script, vec![]).await;
        tab.click("nav a").await;
        tab.until_at("/no-such-page?from=home#part").await;
        tab.see_text("h1", "no such page").await;
        assert_eq!(tab.run("return window.loaded", vec![]).await, "once");
        tab.back().await;
        tab.until_at("/").await;
        tab.see_text("h1", "in Rust").await;
    })
    .await;
}
