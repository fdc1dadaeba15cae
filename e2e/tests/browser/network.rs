//! Renewals that cannot succeed just now.

use okta_local::{Endpoint, Fault, GrantType};

use crate::example::Example;
use crate::example::example_scene;
use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, Scene};

const HOUR: u64 = 3600;

/// With a clock that can be moved.
async fn sign_in(scene: &Scene) {
    let tab = &scene.tab;
    tab.take_clock().await;
    Example(tab).sign_in(ALICE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_while_offline_leaves_the_session_and_goes_on_when_the_network_is_back() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene).await;
        tab.set_offline(true).await;
        tab.look_again_after(2 * HOUR).await;
        tab.see("#messages-error").await;
        Example(tab).is_signed_in().await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);
        tab.set_offline(false).await;
        tab.look_again_after(0).await;
        tab.has_looked(2).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_org_is_not_asked_again_and_again_and_the_session_stays() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene).await;
        let asked = || org.requests(Endpoint::Token);
        let before = asked();
        const FAILURES: u64 = 5;
        org.inject(Endpoint::Token, Fault::Fail(503), FAILURES as usize);
        for round in 0..FAILURES {
            tab.look_again_after(if round == 0 { 2 * HOUR } else { 60 }).await;
            tab.until("the org to be asked", async || match asked() - before {
                times if times == round + 1 => Ok(()),
                times => Err(format!("{times} times")),
            })
            .await;
            tab.see("#messages-error").await;
        }
        // The pause is a quarter of a minute by now. Within it nothing is asked.
        tab.look_again_after(0).await;
        tab.see("#messages-error").await;
        assert_eq!(asked() - before, FAILURES);
        Example(tab).is_signed_in().await;
        tab.look_again_after(60).await;
        tab.has_looked(FAILURES + 2).await;
        assert_eq!(asked() - before, FAILURES + 1);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_whose_answer_was_lost_is_sent_once_more_within_the_grace_period() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene).await;
        // Cut off in the middle: a browser sends a request again by itself whose answer has not begun.
        org.inject(Endpoint::Token, Fault::CutShort, 1);
        tab.look_again_after(2 * HOUR).await;
        // Nobody looks a second time.
        tab.has_looked(1).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 2);
        Example(tab).is_signed_in().await;
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_org_has_ended_says_so_once_and_returns_to_the_same_page() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene).await;
        org.revoke_tokens_of(&ALICE.login());
        tab.look_again_after(2 * HOUR).await;
        tab.see_text("#notice", "expired").await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);
        tab.reload().await;
        tab.until_at("/messages").await;
        Example(tab).message().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_is_down_is_told_and_a_button_tries_again() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.inject(Endpoint::Discovery, Fault::Fail(503), 1);
        Example(tab).open_messages().await;
        assert!(tab.see(Example::PANEL).await.len() > 20);
        tab.click(&format!("{} button", Example::PANEL)).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Example(tab).message().await;
    })
    .await;
}
