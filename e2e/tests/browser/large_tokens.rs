//! An access token that is larger than a server on its way to the API takes.

use e2e::browser::Tab;
use e2e::pages::{Header, Notices, Orders};
use e2e::scene::{ALICE, Scene, scene};

/// Answers the page's requests for orders as such a server does: before anything of the API has seen them.
async fn answer_orders(tab: &Tab, status: u16, body: &str) {
    let script = "const before = window.fetch; const [status, body] = arguments; \
                  window.fetch = (request, ...rest) => (request.url ?? request).includes('/api/orders') \
                  ? Promise.resolve(new Response(body, { status })) : before(request, ...rest);";
    tab.run(script, vec![status.into(), body.into()]).await;
}

async fn check_told(scene: &Scene, status: u16, body: &str) {
    let tab = &scene.tab;
    // From here to the orders nothing is loaded anew.
    tab.open("/messages").await;
    Header(tab).greets(ALICE).await;
    answer_orders(tab, status, body).await;
    Header(tab).open("orders").await;
    Orders(tab).is_shown().await;
    let told = Notices(tab).failure().await;
    assert!(told.contains("too large") && told.contains("people who run this site"), "{status}: {told}");
    assert!(!told.contains("Go back") && !told.contains("Sign in again"), "{status}: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_too_large_is_told_as_that() {
    scene(async |scene: &mut Scene| {
        scene.shopper().is_signed_in_as(ALICE).await;
        check_told(
            scene,
            400,
            "<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>",
        )
        .await;
        check_told(scene, 431, "").await;
    })
    .await;
}
