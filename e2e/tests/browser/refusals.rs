//! What goes wrong at the org, told so that somebody can do something about it.

use e2e::browser::hook;
use e2e::pages::{CallbackFailure, Cart, Checkout, Header, Notices, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};
use okta_local::{Endpoint, Fault};
use reqwest::Method;
use serde_json::Value;

use crate::administrator;
use crate::example::{Example, example_scene};
use crate::order_book::orders_in_database;

#[tokio::test(flavor = "multi_thread")]
async fn an_org_without_an_access_policy_is_told_in_its_own_words_and_works_once_it_has_one() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.remove_policies();
        tab.open("/orders").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        let (code, description) = CallbackFailure(tab).read().await;
        assert_eq!(code, "access_denied");
        assert!(description.contains("Policy evaluation failed"), "{description}");
        assert_eq!(org.requests(Endpoint::Authorize), 1);
        org.restore_policies();
        CallbackFailure(tab).retry().await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_the_org_does_not_trust_is_named_with_the_screen_that_mends_it() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        distrust_everybody(scene).await;
        tab.open("/").await;
        Header(tab).sign_in().await;
        Notices(tab).tell_of_the_session(scene.stack.spa_url()).await;
        Notices(tab).tell_of_the_session("Trusted Origins").await;
        assert_eq!(org.requests(Endpoint::Authorize), 0);
        Header(tab).shows_nobody().await;
    })
    .await;
}

/// An org that is not there is told from one that refuses.
#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_cannot_be_reached_is_told_as_that() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        // Browsers ask up to ten times by themselves.
        org.inject(Endpoint::Discovery, Fault::Drop, 1_000);
        tab.open("/").await;
        Header(tab).sign_in().await;
        Notices(tab).tell_of_the_session("cannot be reached").await;
        assert_eq!(org.requests(Endpoint::Authorize), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_short_is_the_networks_fault_and_not_the_orgs() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.inject(Endpoint::Token, Fault::CutShort, 1);
        tab.open("/orders").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        assert_eq!(CallbackFailure(tab).read().await.0, "network");
        CallbackFailure(tab).retry().await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

async fn distrust_everybody(scene: &Scene) {
    let ask = |method, path: &str| administrator::request(scene.org(), method, path).send();
    let listed = ask(Method::GET, "/trustedOrigins").await.unwrap();
    let origins: Vec<Value> = listed.json().await.unwrap();
    assert!(!origins.is_empty());
    for origin in origins {
        let one = format!("/trustedOrigins/{}", origin["id"].as_str().unwrap());
        let deleted = ask(Method::DELETE, &one).await.unwrap();
        assert!(deleted.status().is_success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_that_cannot_be_had_is_explained_and_no_order_is_placed() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.is_signed_in_as(ALICE).await;
        shopper.browses().await;
        for _ in 0..12 {
            Products(tab).add("japanese-maple-sapling").await;
        }
        Header(tab).counts(12).await;
        shopper.checks_out().await;
        shopper.says_where_it_goes().await;
        Checkout(tab).place_and_confirm().await;
        // The org's word for it (OpenID Connect Core Unmet Authentication Requirements 1.0).
        let state = state_of_the_request(scene).await;
        tab.open(&format!("/login/callback?error=unmet_authentication_requirements&state={state}")).await;
        let (code, _) = CallbackFailure(tab).read().await;
        assert_eq!(code, "unmet_authentication_requirements");
        let told = tab.see(&hook("callback-error")).await;
        assert!(told.contains("as strongly as this requires"), "{told}");
        assert!(orders_in_database(&scene.stack).await.is_empty());
        Header(tab).greets(ALICE).await;
        Cart(tab).open().await;
        Cart(tab).shows_lines(1).await;
    })
    .await;
}

/// The org's page stands at the address of the request itself.
async fn state_of_the_request(scene: &Scene) -> String {
    let tab = &scene.tab;
    tab.until("the org's page", async || {
        let address = tab.address().await;
        let url = reqwest::Url::parse(&address).map_err(|error| error.to_string())?;
        let state = url.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned());
        state.filter(|_| address.contains("/v1/authorize")).ok_or(address)
    })
    .await
}

/// No page can read `X-Rate-Limit-Reset`: the org does not expose it to other origins.
#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_has_had_enough_is_asked_ever_more_rarely_and_nobody_is_signed_out() {
    const LOOKS: u64 = 20;
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.take_clock().await;
        Example(tab).sign_in(ALICE).await;
        org.set_rate_limit(Endpoint::Token, 0);
        let before = org.requests(Endpoint::Token);
        for look in 0..LOOKS {
            tab.look_again_after(if look == 0 { 2 * 3600 } else { 15 }).await;
            tab.see("#messages-error").await;
        }
        // Pauses of 1, 2, 4 … 60 seconds and up to half of it again: five minutes hold ten of them at most.
        let asked = org.requests(Endpoint::Token) - before;
        assert!((6..=10).contains(&asked), "asked {asked} times in five minutes");
        Example(tab).is_signed_in().await;
        org.set_rate_limit(Endpoint::Token, 1000);
        tab.look_again_after(90).await;
        tab.has_looked(LOOKS + 1).await;
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}
