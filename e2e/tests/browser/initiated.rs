//! Sign-ins that somebody else starts (OpenID Connect Core §4): a link to `/login`, a tile on the org's dashboard.

use e2e::browser::hook;
use e2e::pages::{Dashboard, Header, Notices, OrgSignIn};
use e2e::scene::{ALICE, CAROL, Scene, scene};
use okta_local::{Endpoint, Fault};
use reqwest::{Method, Url};
use serde_json::Value;

use crate::administrator::request;

fn link(parameters: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://x/login", parameters).unwrap();
    format!("/login?{}", url.query().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_org_may_start_a_sign_in_and_say_where_it_ends() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let target = format!("{}/orders?from=dashboard", scene.stack.spa_url());
        tab.open(&link(&[("iss", scene.stack.issuer()), ("target_link_uri", &target)])).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders?from=dashboard").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

/// Okta's dashboard sends the address of the org, not that of the authorization server.
#[tokio::test(flavor = "multi_thread")]
async fn the_org_may_name_itself_where_it_starts_one() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open(&link(&[("iss", scene.org().base_url())])).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_issuer_may_not_start_one() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let look_alike = format!("{}.evil.example", scene.stack.issuer());
        for iss in ["https://other.example/oauth2/default", &look_alike] {
            tab.open(&link(&[("iss", iss)])).await;
            assert!(tab.see(&hook("login-refused")).await.contains(iss));
        }
        Header(tab).shows_nobody().await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_elsewhere_leads_home_and_never_away() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let app = scene.stack.spa_url();
        tab.open(&link(&[("target_link_uri", "https://evil.example/")])).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
        let (dotted, named) = (format!("{app}.evil.example/"), format!("{app}@evil.example/"));
        for target in ["//evil.example", "/\\evil.example", &dotted, &named, "javascript:alert(1)"] {
            tab.open(&link(&[("target_link_uri", target)])).await;
            tab.until("a page of the shop", async || {
                let address = tab.address().await;
                let here = address.starts_with(&format!("{app}/")) && !address.contains("/login");
                if here { Ok(()) } else { Err(address) }
            })
            .await;
        }
    })
    .await;
}

/// Goes to the org's address and signs in there.
async fn at_the_dashboard(scene: &Scene) {
    let tab = &scene.tab;
    tab.open_url(scene.org().base_url()).await;
    OrgSignIn(tab).sign_in(ALICE).await;
    Dashboard(tab).is_of(&ALICE.account().login).await;
}

/// Changes the shop's app as an administrator does.
async fn edit_app(scene: &Scene, change: impl FnOnce(&mut Value)) {
    let path = format!("/apps/{}", scene.org().client_id());
    let mut app =
        request(scene.org(), Method::GET, &path).send().await.unwrap().json::<Value>().await.unwrap();
    change(&mut app);
    let answer = request(scene.org(), Method::PUT, &path).json(&app).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_on_the_dashboard_signs_in_without_another_password() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        at_the_dashboard(scene).await;
        Dashboard(tab).open("Grove").await;
        tab.until_at("/").await;
        Header(tab).greets(ALICE).await;
        assert_eq!(scene.org().requests(Endpoint::SignIn), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_assigned_has_no_tile() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open_url(scene.org().base_url()).await;
        OrgSignIn(tab).sign_in(CAROL).await;
        Dashboard(tab).is_of(&CAROL.account().login).await;
        Dashboard(tab).shows_nothing().await;
    })
    .await;
}

/// The tile of another org's app that leads here.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_names_another_org_starts_nothing() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let foreign = link(&[("iss", "https://dev-2.okta.com")]);
        let here = format!("{}{foreign}", scene.stack.spa_url());
        edit_app(scene, |app| app["settings"]["oauthClient"]["initiate_login_uri"] = here.into()).await;
        at_the_dashboard(scene).await;
        let asked = scene.org().requests(Endpoint::Authorize);
        Dashboard(tab).open("Grove").await;
        assert!(tab.see(&hook("login-refused")).await.contains("https://dev-2.okta.com"));
        Header(tab).shows_nobody().await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), asked);
    })
    .await;
}

/// The mode `OKTA`: the org posts an ID token.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_a_tile_posts_signs_nobody_in_and_the_setting_is_named() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        edit_app(scene, |app| app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = "OKTA".into())
            .await;
        at_the_dashboard(scene).await;
        Dashboard(tab).open("Grove").await;
        tab.see_text("h1", "This sign-in cannot be used").await;
        tab.see_text("main", "Redirect to app to initiate login (OIDC Compliant)").await;
        assert_eq!(tab.everything_kept().await.matches("eyJ").count(), 0);
        tab.click("main a").await;
        tab.until_at("/").await;
        Header(tab).shows_nobody().await;
    })
    .await;
}

/// Whom a link names the org's page shows.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_may_say_who_signs_in_and_where_it_ends() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open(&link(&[("login_hint", "alice@example.com"), ("target_link_uri", "/orders")])).await;
        OrgSignIn(tab).expects("alice@example.com").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

/// Nor what the org has to say of the way by which they come.
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_does_not_stay_in_the_address_where_the_sign_in_cannot_begin() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.org().inject(Endpoint::Discovery, Fault::Drop, 1_000);
        let hints = [("type_hint", "PASSWORD_RECOVERY"), ("session_hint", "AUTHENTICATED")];
        tab.open(&link(&[&hints[..], &[("login_hint", "alice@example.com")]].concat())).await;
        Notices(tab).tell_of_the_session("cannot be reached").await;
        tab.until_at("/login").await;
        tab.see_text(&hook("login-page"), "back on the page where you were").await;
    })
    .await;
}
