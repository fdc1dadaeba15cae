//! Keys that change, and an org that is gone: what the API makes of it, and what shoppers see.

use e2e::browser::hook;
use e2e::pages::{Header, Messages};
use e2e::scene::{ALICE, Scene, SignIn, scene};
use okta_local::{Endpoint, Fault, GrantType};

use crate::example::{Example, example_scene};

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_change_in_the_middle_of_a_session_are_nobodys_trouble() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        scene.shopper().is_signed_in_as(ALICE).await;
        assert!(scene.shopper().reads_the_messages().await.starts_with("I am a robot."));
        let first = signing_key(scene).await;
        org.rotate_keys();
        // The old token is good still: its key stays published.
        tab.reload().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        // The key after the next one, which nobody has seen yet.
        org.rotate_keys();
        tab.expire_access_token().await;
        tab.reload().await;
        assert!(Messages(tab).message(0).await.starts_with("I am a robot."));
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        assert_ne!(signing_key(scene).await, first, "the renewed token is signed by the former key");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_change_while_a_page_stays_open_are_fetched_by_it_too() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.take_clock().await;
        Example(tab).sign_in(ALICE).await;
        // The page has the keys. Twice: the next key is published before it signs.
        org.rotate_keys();
        org.rotate_keys();
        tab.look_again_after(2 * 3600).await;
        tab.has_looked(1).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

/// The `kid` of the access token that is kept.
async fn signing_key(scene: &Scene) -> String {
    let script =
        "return JSON.parse(atob(arguments[0].split('.')[0].replace(/-/g, '+').replace(/_/g, '/'))).kid";
    let session = scene.tab.session().await.unwrap();
    let kid = scene.tab.run(script, vec![session["access_token"].clone()]).await;
    kid.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_knows_the_keys_goes_on_without_the_org_and_one_that_does_not_says_so() {
    scene(async |scene: &mut Scene| {
        let tab = scene.tab.clone();
        let sign_in = SignIn::over_http(&scene.stack, ALICE).await;
        sign_in.put_into(&tab).await;
        assert!(scene.shopper().reads_the_messages().await.starts_with("I am a robot."));
        for endpoint in [Endpoint::Keys, Endpoint::Discovery] {
            scene.org().inject(endpoint, Fault::Fail(503), 10_000);
        }
        tab.reload().await;
        assert!(Messages(&tab).message(0).await.starts_with("I am a robot."));

        scene.stack.restart_api().await.unwrap();
        assert_eq!(status_of_messages(scene, &sign_in).await, 503);
        tab.reload().await;
        tab.see(&hook("failure")).await;
        // Not the shopper's fault: the session stays.
        Header(&tab).greets(ALICE).await;

        scene.org().clear_faults();
        tab.until("the API to have the keys", async || match status_of_messages(scene, &sign_in).await {
            200 => Ok(()),
            other => Err(other.to_string()),
        })
        .await;
        tab.reload().await;
        assert!(Messages(&tab).message(0).await.starts_with("I am a robot."));
    })
    .await;
}

/// What the API answers to the token that the browser keeps, used by the test itself.
async fn status_of_messages(scene: &Scene, sign_in: &SignIn) -> u16 {
    let url = format!("{}{}", scene.stack.api_url(), shared::paths::MESSAGES);
    sign_in.get(&url).await.status().as_u16()
}

/// Both ways to a token are the same to the API.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_got_without_a_page_is_taken_by_the_api() {
    scene(async |scene: &mut Scene| {
        let sign_in = SignIn::over_http(&scene.stack, ALICE).await;
        assert_eq!(status_of_messages(scene, &sign_in).await, 200);
    })
    .await;
}
