//! The org's pages about accounts.

use e2e::browser::Tab;
use e2e::pages::{OrgAccount, OrgSettings, OrgSignIn};
use e2e::scene::{ALICE, BOB, CAROL, Scene, scene};
use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::json;

use super::Lens;
use crate::administrator::request;

const NEW: &str = "Orchard-2027";

/// A page of the shop that leads to the org's sign-in.
async fn is_asked(tab: &Tab) {
    tab.open("/orders").await;
    OrgSignIn(tab).is_shown().await;
}

async fn link_to(org: &RunningOrg, login: &str) -> String {
    org.mail_to(login).await.and_then(|mail| mail.link).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_forgotten_password_are_for_everybody() {
    scene(async |scene: &mut Scene| {
        let (tab, org, login) = (&scene.tab, scene.org(), ALICE.login());
        let mut lens = Lens::new(tab);
        tab.open_url(&org.outbox_url()).await;
        tab.see("#no-mails").await;
        lens.look("org-outbox-empty").await;
        is_asked(tab).await;
        OrgAccount(tab).begins_with_a_forgotten_password().await;
        lens.look("org-forgot-password").await;
        OrgAccount(tab).says_who(&login).await;
        lens.look("org-mail-code").await;
        OrgAccount(tab).enter_code("000000").await;
        tab.see("#code-error").await;
        lens.look("org-mail-code-refused").await;
        tab.open_url(&link_to(org, &login).await).await;
        OrgAccount(tab).asks_for_a_password().await;
        lens.look("org-new-password").await;
        OrgAccount(tab).choose_password("weak").await;
        OrgAccount(tab).names_what_is_missing("A number").await;
        lens.look("org-new-password-refused").await;
        tab.open_url(&org.outbox_url()).await;
        tab.see("ol.mails a").await;
        lens.look("org-outbox").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_lock_an_activation_and_an_expired_password_are_for_everybody() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let mut lens = Lens::new(tab);
        is_asked(tab).await;
        while !org.is_locked_out(&ALICE.login()) {
            OrgSignIn(tab).submit(&ALICE.login(), "wrong").await;
            OrgSignIn(tab).shows_refusal().await;
        }
        OrgAccount(tab).begins_with_a_lock().await;
        lens.look("org-unlock").await;
        OrgAccount(tab).says_who(&ALICE.login()).await;
        tab.open_url(&link_to(org, &ALICE.login()).await).await;
        OrgAccount(tab).asks_to_confirm().await;
        lens.look("org-unlock-confirm").await;
        OrgAccount(tab).confirm().await;
        OrgAccount(tab).is_unlocked().await;
        lens.look("org-unlocked").await;

        let profile = json!({"login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern", "lastName": "L"});
        let made = request(org, Method::POST, "/users?activate=true").json(&json!({"profile": profile}));
        assert_eq!(made.send().await.unwrap().status(), 200);
        tab.open_url(&link_to(org, "fern@example.com").await).await;
        OrgAccount(tab).asks_for_a_password().await;
        lens.look("org-activation").await;

        let path = format!("/users/{}/lifecycle/expire_password", BOB.login());
        assert_eq!(request(org, Method::POST, &path).send().await.unwrap().status(), 200);
        is_asked(tab).await;
        OrgSignIn(tab).sign_in(BOB).await;
        OrgAccount(tab).asks_for_a_password().await;
        lens.look("org-expired-password").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_changes_a_password_is_for_everybody() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let mut lens = Lens::new(tab);
        tab.open_url(org.base_url()).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        OrgSettings(tab).open().await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        OrgSettings(tab).begins_to_change_the_password().await;
        lens.look("org-change-password").await;
        tab.fill("#present-password", "wrong").await;
        OrgAccount(tab).choose_password("weak").await;
        OrgAccount(tab).names_what_is_missing("A number").await;
        lens.look("org-change-password-refused").await;
        lens.found_nothing();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_sign_up_are_for_everybody() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let mut lens = Lens::new(tab);
        is_asked(tab).await;
        OrgAccount(tab).begins_to_sign_up().await;
        lens.look("org-sign-up").await;
        OrgAccount(tab).fill_in_sign_up(" ", &CAROL.login(), "weak").await;
        tab.see("#sign-up-error").await;
        lens.look("org-sign-up-refused").await;
        OrgAccount(tab).fill_in_sign_up("Fern", "fern@example.com", NEW).await;
        OrgAccount(tab).has_sent_a_mail().await;
        lens.look("org-sign-up-code").await;
        let link = link_to(org, "fern@example.com").await;
        tab.open_url(&link).await;
        OrgAccount(tab).asks_to_confirm().await;
        lens.look("org-sign-up-confirm").await;
        tab.client().delete_all_cookies().await.unwrap();
        tab.open_url(&link).await;
        OrgAccount(tab).sends_elsewhere().await;
        lens.look("org-sign-up-elsewhere").await;
        lens.found_nothing();
    })
    .await;
}
