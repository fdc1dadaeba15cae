//! What apps use of `okta-sycamore` and neither the shop nor the example does: idle times, guards for parts of a
//! page, signing out of one app alone, requests to anybody.

use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, BOB, Person, Scene};
use okta_local::{Endpoint, GrantType};
use reqwest::Method;
use serde_json::json;

use crate::administrator;
use crate::example::bench_scene;

const LOGIN: &str = "#login-button";
const NOTICE: &str = "#notice";

async fn sign_in(scene: &Scene, person: Person) {
    let tab = &scene.tab;
    tab.open("/").await;
    tab.click(LOGIN).await;
    OrgSignIn(tab).sign_in(person).await;
    tab.see("#welcome").await;
}

/// Lets the browser's time pass, as after a pause of the person's; the page learns it when it is looked at again.
async fn be_away(scene: &Scene, seconds: u64) {
    let script = "window.__skew += arguments[0]; document.dispatchEvent(new Event('visibilitychange'));";
    scene.tab.run(script, vec![seconds.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_away_is_warned_and_stays_signed_in_by_coming_back() {
    bench_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.take_clock().await;
        sign_in(scene, ALICE).await;
        be_away(scene, 9 * 60 + 10).await;
        tab.see_text(NOTICE, "Are you still there?").await;
        tab.click("#stay-button").await;
        tab.see_count(NOTICE, 0).await;
        be_away(scene, 5 * 60).await;
        tab.see("#logout-button").await;
        assert_eq!(tab.count(NOTICE).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stays_away_is_signed_out_here_and_at_the_org_and_told_why() {
    bench_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.take_clock().await;
        sign_in(scene, ALICE).await;
        be_away(scene, 9 * 60 + 10).await;
        tab.see_text(NOTICE, "Are you still there?").await;
        be_away(scene, 60).await;
        tab.see(LOGIN).await;
        assert!(tab.session().await.is_none());
        // Nothing was renewed for somebody who was not there.
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);
        tab.click(LOGIN).await;
        OrgSignIn(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_for_a_group_shows_to_its_people_only() {
    bench_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        name_groups_in_id_tokens(scene).await;
        sign_in(scene, BOB).await;
        tab.see("#staff").await;
        tab.see_count("#not-staff", 0).await;
        tab.click("#logout-button").await;
        tab.see(LOGIN).await;
        sign_in(scene, ALICE).await;
        tab.see("#not-staff").await;
        tab.see_count("#staff", 0).await;
    })
    .await;
}

async fn name_groups_in_id_tokens(scene: &Scene) {
    let claim = json!({
        "name": "groups",
        "status": "ACTIVE",
        "claimType": "IDENTITY",
        "valueType": "GROUPS",
        "group_filter_type": "REGEX",
        "value": ".*",
        "alwaysIncludeInToken": true,
        "conditions": { "scopes": [] },
    });
    let path = "/authorizationServers/default/claims";
    let made = administrator::request(scene.org(), Method::POST, path).json(&claim).send().await.unwrap();
    assert_eq!(made.status(), 201, "{}", made.text().await.unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_for_the_strongly_signed_in_shows_after_a_second_factor() {
    bench_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene, ALICE).await;
        tab.see_count("#strong", 0).await;
        tab.click("#stronger-button").await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        tab.see("#strong").await;
        tab.see_count("#stronger-button", 0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_this_app_alone_leaves_the_session_at_the_org() {
    bench_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(scene, ALICE).await;
        tab.click("#logout-here-button").await;
        tab.see(LOGIN).await;
        assert!(tab.session().await.is_none());
        assert_eq!(org.requests(Endpoint::Logout), 0);
        // The org still knows the person: no password is asked for.
        tab.click(LOGIN).await;
        tab.see("#welcome").await;
        assert_eq!(org.requests(Endpoint::SignIn), 1);
    })
    .await;
}

/// Whom the app asks is its own business; who gets the token is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_access_token_goes_to_no_address_that_only_looks_like_the_apis() {
    bench_scene(async |scene: &mut Scene| {
        let (tab, api) = (&scene.tab, scene.stack.api_url());
        sign_in(scene, ALICE).await;
        let messages = format!("{api}{}", shared::paths::MESSAGES);
        assert_eq!(ask(scene, &messages).await, "200");
        assert!(token_went_to(scene, &messages).await, "the API got no token");

        // These are asked, as anybody would ask.
        let (app, org) = (scene.stack.spa_url(), scene.stack.issuer());
        for address in [
            format!("{app}/?{api}"),
            format!("/{api}/"),
            format!("{org}/.well-known/openid-configuration?{api}"),
        ] {
            assert_eq!(ask(scene, &address).await, "200");
            assert!(!token_went_to(scene, &address).await, "the token went to {address}");
        }
        // These can be read in two ways, and are not asked at all.
        let host = api.strip_prefix("http:").unwrap();
        for address in [
            format!("{api}.evil.example/"),
            format!("{api}@evil.example/"),
            format!("{api}\\@evil.example/"),
            format!("http:{}", host.trim_start_matches('/')),
            host.to_owned(),
        ] {
            assert!(ask(scene, &address).await.contains("address"), "{address} was asked");
        }
        assert!(scene.browser().calls().await.iter().all(|call| !call.url.contains("evil")));
        tab.see("#welcome").await;
    })
    .await;
}

/// The status, or why nothing was asked.
async fn ask(scene: &Scene, address: &str) -> String {
    let tab = &scene.tab;
    tab.fill("#address", address).await;
    tab.click("#ask-button").await;
    let asked = format!("{address}: ");
    tab.see_text("#answer", &asked).await;
    tab.see("#answer").await.replacen(&asked, "", 1)
}

/// Whether an `Authorization` header went along with the newest requests, all of which are of this address.
async fn token_went_to(scene: &Scene, address: &str) -> bool {
    let calls = scene.browser().calls().await;
    if calls.is_empty() {
        e2e::browser::skip("needs a driver that tells of requests");
    }
    let asked: Vec<_> = calls.iter().filter(|call| call.url.contains(address)).collect();
    assert!(!asked.is_empty(), "{address} was not asked: {calls:?}");
    asked.iter().any(|call| call.authorized)
}
