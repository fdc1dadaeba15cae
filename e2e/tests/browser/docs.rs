//! The API's documentation: a developer signs in there and makes a call.

use e2e::pages::{Docs, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_signs_in_on_the_documentation_and_makes_a_call() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.org();
        let docs = Docs(tab);
        docs.open(&scene.stack.api_url()).await;
        let page = tab.window().await;
        docs.ask_to_sign_in().await;
        tab.switch_to_the_other(&page).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        // The window closes itself once the page behind it has the code.
        tab.until_closed(&page).await;
        docs.is_signed_in().await;
        docs.close_the_dialogue().await;
        assert_eq!(docs.call("whoami").await, "200");
        docs.answers("alice@example.com").await;
    })
    .await;
}
