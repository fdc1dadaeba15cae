//! Passkeys and mails in place of a password or beside it, on the org's pages and in the shop.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::browser::Tab;
use e2e::pages::{Checkout, Dashboard, Header, OrgFactors, OrgSettings, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};
use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::Value;

use crate::administrator::request;
use crate::example::bench_scene;
use crate::look::Lens;
use crate::order_book::orders_in_database;
use crate::step_up::reach_the_review;

/// Passkeys and e-mail are on, and alice has nothing but her password yet.
async fn prepare(scene: &Scene) {
    let org = scene.org();
    org.set_passkeys(true);
    org.set_email_authenticator(true);
    reset_factors(org).await;
}

async fn reset_factors(org: &RunningOrg) {
    let path = format!("/users/{}/lifecycle/reset_factors", ALICE.login());
    assert!(request(org, Method::POST, &path).send().await.unwrap().status().is_success());
}

/// Alice signs in by her password, and sets up the passkey that is offered.
async fn set_up_a_passkey(tab: &Tab) -> String {
    let device = tab.add_authenticator().await;
    tab.open("/orders").await;
    OrgSignIn(tab).sign_in(ALICE).await;
    OrgFactors(tab).offers_a_passkey().await;
    OrgFactors(tab).set_up_a_passkey().await;
    tab.until_at("/orders").await;
    Header(tab).greets(ALICE).await;
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_set_up_where_it_is_offered_and_signs_in_without_a_password() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        prepare(scene).await;
        scene.org().set_email_authenticator(false);
        _ = set_up_a_passkey(tab).await;
        Header(tab).sign_out().await;
        Header(tab).shows_nobody().await;
        tab.open("/orders?by=passkey").await;
        OrgFactors(tab).use_a_passkey().await;
        tab.until_at("/orders?by=passkey").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_does_not_recognize_its_owner_signs_nobody_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        prepare(scene).await;
        scene.org().set_email_authenticator(false);
        let device = set_up_a_passkey(tab).await;
        Header(tab).sign_out().await;
        Header(tab).shows_nobody().await;
        tab.give_away_authenticator(device).await;
        tab.open("/orders").await;
        OrgSignIn(tab).is_shown().await;
        OrgFactors(tab).use_a_passkey().await;
        OrgFactors(tab).says("No passkey was used").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_order_is_placed_once_after_a_passkey() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        prepare(scene).await;
        scene.org().set_email_authenticator(false);
        _ = set_up_a_passkey(tab).await;
        Header(tab).sign_out().await;
        Header(tab).shows_nobody().await;
        reach_the_review(tab).await;
        Checkout(tab).place_and_confirm().await;
        OrgFactors(tab).use_a_passkey().await;
        let number = Checkout(tab).placed().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

/// An app that asks for a factor that cannot be phished, and is shown one: what it says of itself is in the ID token.
async fn shows_a_passkey_to_an_app_that_asks_for_one(scene: &Scene) {
    let tab = &scene.tab;
    tab.see_count("#strong", 0).await;
    tab.click("#stronger-button").await;
    OrgFactors(tab).use_a_passkey().await;
    tab.see("#strong").await;
    tab.until_at("/?acr=phr").await;
    let claims = id_token(tab).await;
    assert_eq!(claims["acr"], "phr", "{claims}");
    assert!(claims["amr"].as_array().unwrap().iter().any(|method| method == "pop"), "{claims}");
}

/// The claims of the session's ID token.
async fn id_token(tab: &Tab) -> Value {
    let session = tab.session().await.unwrap();
    let payload = session["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_cannot_be_phished_is_by_passkey() {
    bench_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        prepare(scene).await;
        scene.org().set_email_authenticator(false);
        _ = tab.add_authenticator().await;
        tab.open("/?acr=phr").await;
        tab.click("#login-button").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        OrgFactors(tab).offers_a_passkey().await;
        OrgFactors(tab).set_up_a_passkey().await;
        tab.see("#welcome").await;
        tab.open("/?acr=phr").await;
        shows_a_passkey_to_an_app_that_asks_for_one(scene).await;
    })
    .await;
}

/// A second factor of another kind is none of these, and whoever has no passkey makes one on the way.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_passkey_makes_one_where_nothing_else_is_enough() {
    bench_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        _ = tab.add_authenticator().await;
        tab.open("/").await;
        tab.click("#login-button").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.see("#stronger-button").await;
        tab.click("#stronger-button").await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        tab.see("#strong").await;
        org.set_passkeys(true);
        tab.open("/?acr=phr").await;
        tab.click("#stronger-button").await;
        OrgFactors(tab).offers_a_passkey().await;
        OrgFactors(tab).set_up_a_passkey().await;
        // To have made one is not to have shown it.
        OrgFactors(tab).use_a_passkey().await;
        tab.see("#strong").await;
        assert_eq!(id_token(tab).await["acr"], "phr");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_order_is_placed_once_after_the_code_of_a_mail() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.set_email_authenticator(true);
        reach_the_review(tab).await;
        Checkout(tab).place_and_confirm().await;
        OrgFactors(tab).ask_for_a_mail().await;
        let mail = org.mail_to(&ALICE.login()).await.unwrap();
        OrgSignIn(tab).enter_code(&mail.code.unwrap()).await;
        let number = Checkout(tab).placed().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

/// The shop keeps what it waits for in the tab where it asked, so that tab goes on: the other one has proved the factor.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_mail_is_followed_in_another_tab() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.set_email_authenticator(true);
        reach_the_review(tab).await;
        Checkout(tab).place_and_confirm().await;
        OrgFactors(tab).ask_for_a_mail().await;
        OrgFactors(tab).go_on_after_the_link().await;
        tab.see_text("#factor-error", "was not followed in this browser yet").await;
        let mail = org.mail_to(&ALICE.login()).await.unwrap();
        let first = tab.window().await;
        tab.open_another().await;
        tab.open_url(&mail.link.unwrap()).await;
        tab.until("the shop to be shown", async || {
            let address = tab.address().await;
            if address.starts_with(tab.app()) { Ok(()) } else { Err(address) }
        })
        .await;
        tab.switch_to(&first).await;
        OrgFactors(tab).go_on_after_the_link().await;
        let number = Checkout(tab).placed().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_leads_to_passkeys_and_its_tile_into_the_shop() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.set_passkeys(true);
        tab.add_authenticator().await;
        tab.open_url(org.base_url()).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Dashboard(tab).is_of(&ALICE.login()).await;
        OrgSettings(tab).open().await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        OrgFactors(tab).set_up_a_passkey().await;
        OrgSettings(tab).is_shown().await;
        let mut lens = Lens::new(tab);
        lens.look("org-settings").await;
        OrgSettings(tab).remove_a_passkey().await;
        OrgSettings(tab).says("The passkey was removed.").await;
        OrgSettings(tab).set_up_a_passkey().await;
        OrgSettings(tab).says("The passkey is set up.").await;
        tab.open_url(org.base_url()).await;
        Dashboard(tab).open("Grove").await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_asks_for_the_second_factor_that_the_org_demands() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.open("/orders").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Header(tab).greets(ALICE).await;
        org.set_second_factor_required(true);
        tab.open_url(org.base_url()).await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        Dashboard(tab).is_of(&ALICE.login()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_about_factors_are_for_everybody() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        prepare(scene).await;
        let mut lens = Lens::new(tab);
        tab.add_authenticator().await;
        tab.open("/orders").await;
        OrgSignIn(tab).is_shown().await;
        lens.look("org-sign-in-passkey").await;
        let page = tab.address().await;
        // Without another factor the passkey is offered.
        org.set_email_authenticator(false);
        OrgSignIn(tab).sign_in(ALICE).await;
        OrgFactors(tab).offers_a_passkey().await;
        lens.look("org-passkey-offer").await;
        OrgFactors(tab).set_up_a_passkey().await;
        Header(tab).greets(ALICE).await;
        org.set_email_authenticator(true);
        tab.open_url(&format!("{page}&acr_values=urn:okta:loa:2fa:any")).await;
        tab.see("#okta-passkey").await;
        lens.look("org-second-factor-passkey").await;
        OrgFactors(tab).ask_for_a_mail().await;
        lens.look("org-second-factor-mail").await;
        let link = org.mail_to(&ALICE.login()).await.unwrap().link.unwrap();
        // Another browser, in which a sign-in has begun too.
        tab.client().delete_all_cookies().await.unwrap();
        tab.open_url(&page).await;
        OrgSignIn(tab).is_shown().await;
        tab.open_url(&link).await;
        tab.see("#mail-code").await;
        lens.look("org-mail-code").await;
        lens.found_nothing();
    })
    .await;
}
