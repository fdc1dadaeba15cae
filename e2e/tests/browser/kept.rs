//! "Keep me signed in": what it means when the browser is closed and opened again.

use e2e::pages::{Header, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};

/// Alice signs in, and the browser is started anew. What the shop itself has kept is gone: the org alone knows her.
async fn comes_back_after_a_restart(scene: &mut Scene, keep: bool) {
    scene.tab.open("/orders").await;
    if keep {
        OrgSignIn(&scene.tab).keep().await;
    }
    OrgSignIn(&scene.tab).sign_in(ALICE).await;
    Header(&scene.tab).greets(ALICE).await;
    scene.restart_browser().await;
    scene.tab.open("/").await;
    Header(&scene.tab).greets(ALICE).await;
    scene.tab.clear_storage().await;
    scene.tab.open("/orders").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_kept_signed_in_is_not_asked_after_a_restart_of_the_browser() {
    scene(async |scene: &mut Scene| {
        comes_back_after_a_restart(scene, true).await;
        scene.tab.until_at("/orders").await;
        Header(&scene.tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_kept_signed_in_is_asked_after_a_restart_of_the_browser() {
    scene(async |scene: &mut Scene| {
        comes_back_after_a_restart(scene, false).await;
        OrgSignIn(&scene.tab).sign_in(ALICE).await;
        scene.tab.until_at("/orders").await;
        Header(&scene.tab).greets(ALICE).await;
    })
    .await;
}
