//! Devices whose clock is an hour off.

use okta_local::{Endpoint, GrantType};

use crate::example::Example;
use crate::example::example_scene;
use e2e::scene::{ALICE, Scene};

async fn works_at(seconds: i64) {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.skew_clock(seconds).await;
        Example(tab).sign_in(ALICE).await;
        tab.reload().await;
        Example(tab).message().await;
        // Nothing is renewed before its time, and no loop begins.
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);
        tab.look_again_after(2 * 3600).await;
        tab.has_looked(1).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_fast_does_no_harm() {
    works_at(3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_slow_does_no_harm() {
    works_at(-3600).await;
}
