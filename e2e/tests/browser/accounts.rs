//! What people do about their accounts on the org's pages, and how they come back into the shop.

use e2e::pages::{Header, OrgAccount, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};
use reqwest::Method;
use serde_json::json;

use crate::administrator::request;

const NEW: &str = "Orchard-2027";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgot_the_password_on_the_way_to_a_page_comes_to_that_page() {
    scene(async |scene: &mut Scene| {
        let (tab, org, login) = (&scene.tab, scene.org(), ALICE.account().login);
        tab.open("/orders?from=mail#newest").await;
        OrgSignIn(tab).is_shown().await;
        OrgAccount(tab).forgot_password(&login).await;
        tab.open_url(&org.mail_to(&login).await.and_then(|mail| mail.link).unwrap()).await;
        OrgAccount(tab).choose_password("weak").await;
        OrgAccount(tab).names_what_is_missing("A number").await;
        OrgAccount(tab).choose_password(NEW).await;
        tab.until_at("/orders?from=mail#newest").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_activated_comes_into_the_shop_by_its_initiate_login_uri() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let profile = json!({"login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern", "lastName": "L"});
        let made = request(org, Method::POST, "/users?activate=true").json(&json!({"profile": profile})).send().await;
        assert_eq!(made.unwrap().status(), 200);
        org.assign("fern@example.com");
        tab.open_url(&org.mail_to("fern@example.com").await.and_then(|mail| mail.link).unwrap()).await;
        OrgAccount(tab).choose_password(NEW).await;
        tab.until_at("/").await;
        tab.see_text("#welcome", "Fern").await;
    })
    .await;
}
