//! Sign-ins that somebody else starts (OpenID Connect Core §4): a link to `/login`.

use e2e::browser::hook;
use e2e::pages::{Header, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};
use okta_local::Endpoint;
use reqwest::Url;

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
