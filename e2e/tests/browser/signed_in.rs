//! The quick way in: a test that starts signed in is worth what one is worth that drove the org's page.

use std::collections::BTreeMap;

use e2e::pages::{Header, OrgSignIn};
use e2e::scene::{ALICE, Scene, bearer_scene, scene};
use serde_json::Value;

/// The members whose values differ from sign-in to sign-in; of those only the kind is compared.
const OF_EACH_OWN: [&str; 11] = [
    "access_token",
    "id_token",
    "refresh_token",
    "state",
    "expires_at",
    "target",
    "key",
    "x",
    "y",
    "nonce",
    "nonce_at",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_way_in_equals_the_slow_one() {
    scene(quick_and_slow).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_way_in_equals_the_slow_one_with_bearer_tokens() {
    bearer_scene(quick_and_slow).await;
}

async fn quick_and_slow(scene: &mut Scene) {
    let (tab, shopper) = (&scene.tab, scene.shopper());
    shopper.opens_signing_in_as(ALICE, "/profile").await;
    let (slow, slow_claims) = (tab.session().await.unwrap(), all_claims(scene).await);
    shopper.signs_out().await;
    tab.clear_storage().await;

    shopper.is_signed_in_as(ALICE).await;
    tab.open("/profile").await;
    shopper.is_greeted_as(ALICE).await;
    let (quick, quick_claims) = (tab.session().await.unwrap(), all_claims(scene).await);
    assert_eq!(form(&quick), form(&slow));
    assert_eq!(quick_claims, slow_claims);

    // The org knows the browser too: a sign-in from here needs no password, and a sign-out ends that.
    assert!(shopper.reads_the_messages().await.starts_with("I am a robot."));
    shopper.signs_out().await;
    tab.open("/orders").await;
    OrgSignIn(tab).is_shown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_starts_signed_in_renews_like_everybody_else() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        scene.shopper().is_signed_in_as(ALICE).await;
        tab.expire_access_token().await;
        assert!(scene.shopper().reads_the_messages().await.starts_with("I am a robot."));
        assert_eq!(org.token_requests(okta_local::GrantType::RefreshToken), 1);
        Header(tab).greets(ALICE).await;
    })
    .await;
}

/// Names, kinds, and the values that are the same in every sign-in.
fn form(session: &Value) -> BTreeMap<String, String> {
    let members = session.as_object().unwrap().iter();
    let shown = members.map(|(name, value)| {
        let kind = if value.is_string() { "a text" } else { "a number" };
        let shown = if OF_EACH_OWN.contains(&name.as_str()) { kind.to_owned() } else { value.to_string() };
        (name.clone(), shown)
    });
    shown.collect()
}

/// What the profile page shows, without what is new in each ID token.
async fn all_claims(scene: &Scene) -> BTreeMap<String, String> {
    scene.tab.see("#claim-email").await;
    let script = "return Object.fromEntries([...document.querySelectorAll('[id^=claim-]')] \
                  .map(claim => [claim.id, claim.textContent]))";
    let mut claims: BTreeMap<String, String> =
        serde_json::from_value(scene.tab.run(script, Vec::new()).await).unwrap();
    for own in ["iat", "exp", "auth_time", "nonce", "at_hash", "jti"] {
        claims.remove(&format!("claim-{own}"));
    }
    assert!(claims.len() > 3, "{claims:?}");
    claims
}
