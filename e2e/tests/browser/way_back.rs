//! Somebody who has to do something about their account at the checkout comes back to it: by the mail's link in the same
//! tab, in another one and in another browser. Whatever way they come, one order is placed.

use e2e::browser::{Tab, hook};
use e2e::pages::{Checkout, Header, Notices, OrgAccount, OrgSignIn};
use e2e::scene::{ALICE, BOB, Scene, Shopper, scene};
use reqwest::Method;
use serde_json::json;

use crate::administrator::request;
use crate::order_book::orders_in_database;

const NEW: &str = "Orchard-2027";
const FERN: &str = "fern@example.com";
const CHECKOUT: &str = "/checkout?from=mail#pay";

/// A visitor with a full cart who is asked to sign in at the checkout.
async fn is_asked_at_the_checkout(scene: &Scene) {
    let (tab, shopper) = (&scene.tab, scene.shopper());
    shopper.browses().await;
    shopper.puts("pear-sapling").await;
    shopper.has_in_the_cart(1).await;
    tab.open(CHECKOUT).await;
    OrgSignIn(tab).is_shown().await;
}

/// The link of the next mail.
async fn link_to(scene: &Scene, login: &str) -> String {
    scene.org().mail_to(login).await.and_then(|mail| mail.link).unwrap()
}

/// In a tab beside the one that waits.
async fn follows_in_another_tab(tab: &Tab, link: &str) {
    tab.open_another().await;
    tab.open_url(link).await;
}

/// At the checkout, with the cart: places the order, and it is the only one.
async fn orders_once(scene: &Scene, shopper: Shopper<'_>, pieces: u32) {
    shopper.has_in_the_cart(pieces).await;
    let number = shopper.orders().await;
    assert_eq!(orders_in_database(&scene.stack).await, [number]);
    shopper.has_in_the_cart(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_the_password_at_the_checkout_orders_in_the_tab_that_they_came_from() {
    scene(async |scene: &mut Scene| {
        let (tab, login) = (&scene.tab, ALICE.login());
        is_asked_at_the_checkout(scene).await;
        OrgAccount(tab).forgot_password(&login).await;
        tab.open_url(&link_to(scene, &login).await).await;
        OrgAccount(tab).choose_password(NEW).await;
        tab.until_at(CHECKOUT).await;
        Header(tab).greets(ALICE).await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_mail_in_another_tab_orders_there() {
    scene(async |scene: &mut Scene| {
        let (tab, login) = (&scene.tab, ALICE.login());
        is_asked_at_the_checkout(scene).await;
        let first = tab.window().await;
        OrgAccount(tab).forgot_password(&login).await;
        follows_in_another_tab(tab, &link_to(scene, &login).await).await;
        OrgAccount(tab).choose_password(NEW).await;
        tab.until_at(CHECKOUT).await;
        Header(tab).greets(ALICE).await;
        orders_once(scene, scene.shopper(), 1).await;
        // The tab that waited has nothing to order any more.
        tab.switch_to(&first).await;
        tab.open(CHECKOUT).await;
        Header(tab).greets(ALICE).await;
        Header(tab).counts(0).await;
        assert_eq!(orders_in_database(&scene.stack).await.len(), 1);
    })
    .await;
}

/// The other browser knows neither the page nor the cart: there it is the home page, with what lies in the cart there. Both
/// carts are the person's when they go on where they were.
#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_mail_in_another_browser_is_signed_in_there_and_orders_where_they_were() {
    scene(async |scene: &mut Scene| {
        let (tab, login) = (&scene.tab, ALICE.login());
        is_asked_at_the_checkout(scene).await;
        OrgAccount(tab).forgot_password(&login).await;
        let link = link_to(scene, &login).await;
        scene
            .in_another_browser(async |there: &Tab| {
                scene.shopper_at(there).browses().await;
                scene.shopper_at(there).puts("tomato-seeds").await;
                there.open_url(&link).await;
                OrgAccount(there).choose_password(NEW).await;
                there.until_at("/").await;
                Header(there).greets(ALICE).await;
                Header(there).counts(1).await;
            })
            .await;
        OrgAccount(tab).goes_to_the_sign_in().await;
        OrgSignIn(tab).submit(&login, NEW).await;
        tab.until_at(CHECKOUT).await;
        Header(tab).greets(ALICE).await;
        orders_once(scene, scene.shopper(), 2).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_at_the_checkout_confirms_by_the_link_in_another_tab_and_orders_there() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        is_asked_at_the_checkout(scene).await;
        OrgAccount(tab).sign_up("Fern", FERN, NEW).await;
        follows_in_another_tab(tab, &link_to(scene, FERN).await).await;
        OrgAccount(tab).confirm().await;
        tab.until_at(CHECKOUT).await;
        tab.see_text("#welcome", "Fern").await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_at_the_checkout_and_reads_the_mail_elsewhere_confirms_by_the_code() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        is_asked_at_the_checkout(scene).await;
        OrgAccount(tab).sign_up("Fern", FERN, NEW).await;
        let mail = scene.org().mail_to(FERN).await.unwrap();
        scene
            .in_another_browser(async |there: &Tab| {
                there.open_url(&mail.link.unwrap()).await;
                OrgAccount(there).sends_elsewhere().await;
            })
            .await;
        OrgAccount(tab).enter_code(&mail.code.unwrap()).await;
        tab.until_at(CHECKOUT).await;
        tab.see_text("#welcome", "Fern").await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

/// An activation belongs to no sign-in, so the org leads to the app, which knows where people of this browser were.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_activated_while_a_checkout_waits_comes_to_it() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let profile = json!({"login": FERN, "email": FERN, "firstName": "Fern", "lastName": "Orchard"});
        let made = request(org, Method::POST, "/users?activate=true").json(&json!({"profile": profile}));
        assert_eq!(made.send().await.unwrap().status(), 200);
        org.assign(FERN);
        is_asked_at_the_checkout(scene).await;
        follows_in_another_tab(tab, &link_to(scene, FERN).await).await;
        OrgAccount(tab).choose_password(NEW).await;
        tab.until_at(CHECKOUT).await;
        tab.see_text("#welcome", "Fern").await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_locked_out_unlocks_in_another_tab_and_orders_there() {
    scene(async |scene: &mut Scene| {
        let (tab, login) = (&scene.tab, ALICE.login());
        is_asked_at_the_checkout(scene).await;
        while !scene.org().is_locked_out(&login) {
            OrgSignIn(tab).submit(&login, "wrong").await;
            OrgSignIn(tab).shows_refusal().await;
        }
        OrgAccount(tab).unlock(&login).await;
        follows_in_another_tab(tab, &link_to(scene, &login).await).await;
        OrgAccount(tab).confirm().await;
        OrgAccount(tab).is_unlocked().await;
        OrgAccount(tab).goes_to_the_sign_in().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at(CHECKOUT).await;
        Header(tab).greets(ALICE).await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unlocks_in_another_browser_goes_on_to_the_shop() {
    scene(async |scene: &mut Scene| {
        let (tab, login) = (&scene.tab, ALICE.login());
        is_asked_at_the_checkout(scene).await;
        while !scene.org().is_locked_out(&login) {
            OrgSignIn(tab).submit(&login, "wrong").await;
            OrgSignIn(tab).shows_refusal().await;
        }
        OrgAccount(tab).unlock(&login).await;
        let link = link_to(scene, &login).await;
        scene
            .in_another_browser(async |there: &Tab| {
                there.open_url(&link).await;
                OrgAccount(there).confirm().await;
                OrgAccount(there).goes_to_the_sign_in().await;
                OrgSignIn(there).sign_in(ALICE).await;
                there.until_at("/").await;
                Header(there).greets(ALICE).await;
            })
            .await;
    })
    .await;
}

/// Where the app has no *Initiate login URI*, a live org sends people to the redirect URI, with hints in place of an answer.
#[tokio::test(flavor = "multi_thread")]
async fn hints_at_the_callback_lead_to_the_wanted_page_and_leave_the_address() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        is_asked_at_the_checkout(scene).await;
        tab.open_another().await;
        let hints = "type_hint=PASSWORD_RECOVERY&session_hint=AUTHENTICATED&login_hint=alice%40example.com";
        let iss = scene.stack.issuer().replace(':', "%3A").replace('/', "%2F");
        tab.open(&format!("/login/callback?iss={iss}&{hints}")).await;
        OrgSignIn(tab).expects("alice@example.com").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at(CHECKOUT).await;
        Checkout(tab).is_shown().await;
        orders_once(scene, scene.shopper(), 1).await;
    })
    .await;
}

/// Whose session has expired, their page waits for them alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_one_person_is_not_the_way_back_of_another() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        scene.shopper().opens_signing_in_as(ALICE, "/orders?of=alice").await;
        org.revoke_tokens_of(&ALICE.login());
        org.end_sessions();
        tab.expire_access_token().await;
        tab.reload().await;
        Notices(tab).tell_of_the_session("session has expired").await;
        tab.click(&format!("{} .button:not(.button-quiet)", hook("notice"))).await;
        OrgSignIn(tab).is_shown().await;
        tab.open_another().await;
        tab.open(&format!("/login?iss={}", scene.stack.issuer())).await;
        OrgSignIn(tab).sign_in(BOB).await;
        tab.until_at("/").await;
        Header(tab).greets(BOB).await;
    })
    .await;
}
