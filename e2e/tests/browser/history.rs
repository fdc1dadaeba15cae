//! The back button, pressed on the org's page.

use okta_local::Endpoint;

use e2e::pages::{Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

/// What a guarded page offers to whoever may come in again.
const OFFER: &str = ".auth-panel button";

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_leads_from_the_org_to_where_one_came_from() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        Products(tab).open().await;
        Header(tab).shows_nobody().await;
        Header(tab).open("orders").await;
        OrgSignIn(tab).is_shown().await;
        tab.back().await;
        tab.until_at("/products").await;
        Products(tab).shows_at_least(1).await;
        // The same where the guarded page was loaded, and for a link of the org's dashboard.
        for (place, asked) in [("/orders", 2), ("/login", 3)] {
            tab.open(place).await;
            OrgSignIn(tab).is_shown().await;
            tab.back().await;
            tab.until_at("/products").await;
            Products(tab).shows_at_least(1).await;
            assert_eq!(org.requests(Endpoint::Authorize), asked, "{place}");
        }
        Header(tab).open("orders").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Orders(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarded_page_that_one_comes_back_to_offers_the_sign_in_and_does_not_begin_it() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        scene.shopper().is_signed_in_as(ALICE).await;
        Orders(tab).open().await;
        Orders(tab).is_shown().await;
        let first = tab.window().await;
        tab.open_another().await;
        tab.open("/").await;
        Header(tab).sign_out().await;
        Header(tab).shows_nobody().await;
        tab.switch_to(&first).await;
        let before = org.requests(Endpoint::Authorize);
        for asked in 1..=2 {
            tab.click(OFFER).await;
            OrgSignIn(tab).is_shown().await;
            tab.back().await;
            tab.until_at("/orders").await;
            tab.see(OFFER).await;
            assert_eq!(org.requests(Endpoint::Authorize) - before, asked);
            // The second time it is loaded anew: what holds a lock is not put into the back/forward cache.
            tab.run("navigator.locks.request('held', () => new Promise(() => {}));", Vec::new()).await;
        }
        tab.click(OFFER).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Orders(tab).is_shown().await;
    })
    .await;
}
