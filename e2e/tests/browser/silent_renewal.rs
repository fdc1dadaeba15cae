//! Renewal at `/authorize`, where the org gives no refresh token: by a hidden frame where page and org share a site, by a
//! trip of the page where they do not. `localhost` and `127.0.0.1` are two sites to a browser.

use std::time::Duration;

use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, Scene};
use fantoccini::wd::WindowHandle;
use okta_local::{Endpoint, Fault, GrantType, RunningOrg};
use reqwest::Method;
use serde_json::{Value, json};
use shared::SpaConfig;

use crate::administrator;
use crate::example::{ExampleBuild, bench_scene};

const ANSWER: &str = "#answer";

/// The bench at an address of its own, which asks the org's userinfo endpoint as an app asks its API.
struct Page<'a> {
    scene: &'a Scene,
    url: String,
}

/// Plays `story` where the page renews like this, at an address with this host.
async fn play(way: &str, host: &str, story: impl AsyncFnOnce(&Page<'_>)) {
    bench_scene(async |scene: &mut Scene| {
        let org = scene.org();
        let server = ExampleBuild::copy_of_bench().serve_with(SpaConfig {
            issuer: scene.stack.issuer().to_owned(),
            client_id: scene.stack.client_id().to_owned(),
            api_origin: org.base_url().to_owned(),
            renewal_frame: way == "frame",
            ..SpaConfig::default()
        });
        let url = server.url().replace("localhost", host);
        register(org, scene.stack.client_id(), &url).await;
        let page = Page { scene, url };
        page.scene.tab.open_url(&page.url).await;
        page.scene.tab.run("localStorage.setItem('renewal', arguments[0])", vec![way.into()]).await;
        page.open().await;
        scene.tab.click("#login-button").await;
        OrgSignIn(&scene.tab).sign_in(ALICE).await;
        scene.tab.see("#welcome").await;
        assert_eq!(scene.tab.session().await.unwrap()["refresh_token"], Value::Null);
        story(&page).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 0);
        server.stop().await;
    })
    .await;
}

/// The org sends people back to the page, and answers its requests.
async fn register(org: &RunningOrg, client_id: &str, url: &str) {
    let send = async |method: Method, path: &str, body: Value| -> Value {
        let request = administrator::request(org, method, path);
        let answer = if body.is_null() { request } else { request.json(&body) }.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    };
    let path = format!("/apps/{client_id}");
    let mut app = send(Method::GET, &path, Value::Null).await;
    let addresses = app["settings"]["oauthClient"]["redirect_uris"].as_array_mut().unwrap();
    addresses.push(json!(format!("{url}/login/callback")));
    send(Method::PUT, &path, app).await;
    let origin = json!({"name": "Bench", "origin": url, "scopes": [{"type": "CORS"}]});
    send(Method::POST, "/trustedOrigins", origin).await;
}

impl Page<'_> {
    /// Opens the page, which asks at once.
    async fn open(&self) {
        let userinfo = format!("{}/v1/userinfo", self.scene.stack.issuer());
        self.scene.tab.open_url(&format!("{}/?ask={userinfo}", self.url)).await;
    }

    /// So many more tabs, each with an answer.
    async fn open_more(&self, tabs: usize) -> Vec<WindowHandle> {
        let mut windows = vec![self.scene.tab.window().await];
        self.open().await;
        self.is_answered().await;
        for _ in 0..tabs {
            windows.push(self.scene.tab.open_another().await);
            self.open().await;
            self.is_answered().await;
        }
        windows
    }

    async fn is_answered(&self) {
        self.scene.tab.see_text(ANSWER, ": 200").await;
    }

    /// The access token ends, in all tabs.
    async fn expire(&self) {
        self.scene.tab.expire_access_token().await;
        // A tab does not hear what it writes itself.
        let script = "const key = Object.keys(localStorage).find(key => key.endsWith('.session')); \
                      dispatchEvent(new StorageEvent('storage', {key, storageArea: localStorage}));";
        self.scene.tab.run(script, Vec::new()).await;
    }

    /// The access token ends, and all tabs ask.
    async fn ask_in_all(&self, windows: &[WindowHandle]) {
        self.expire().await;
        for window in windows {
            self.scene.tab.switch_to(window).await;
            self.scene.tab.run("document.querySelector('#ask-button').click()", Vec::new()).await;
        }
    }

    /// How often the org was asked at `/authorize`.
    fn asked(&self) -> u64 {
        self.scene.org().requests(Endpoint::Authorize)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_shared_site_three_tabs_renew_by_one_frame_a_period() {
    play("frame", "localhost", async |page: &Page<'_>| {
        let tab = &page.scene.tab;
        let windows = page.open_more(2).await;
        let before = page.asked();
        for period in 1..=4 {
            // Slow enough for the other tabs to come in between.
            page.scene.org().inject(Endpoint::Token, Fault::Delay(Duration::from_millis(600)), 1);
            page.ask_in_all(&windows).await;
            for window in &windows {
                tab.switch_to(window).await;
                page.is_answered().await;
            }
            assert_eq!(page.asked() - before, period, "renewals after as many periods");
            tab.see_count("iframe", 0).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_foreign_site_three_tabs_renew_by_one_trip_a_period() {
    play("page", "127.0.0.1", async |page: &Page<'_>| {
        let tab = &page.scene.tab;
        let windows = page.open_more(2).await;
        let before = page.asked();
        for period in 1..=4 {
            page.ask_in_all(&windows).await;
            for window in &windows {
                tab.switch_to(window).await;
                // The one that went asks again, at the address where it was.
                page.is_answered().await;
                assert!(tab.address().await.starts_with(&format!("{}/?ask=", page.url)));
            }
            assert_eq!(page.asked() - before, period, "renewals after as many periods");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_does_not_go_while_a_form_holds_input() {
    play("page", "127.0.0.1", async |page: &Page<'_>| {
        let tab = &page.scene.tab;
        page.open().await;
        page.is_answered().await;
        let before = page.asked();
        tab.fill("#note", "Leave it at the gate").await;
        page.expire().await;
        tab.click("#ask-button").await;
        tab.see_text(ANSWER, "input that was not sent").await;
        assert_eq!(page.asked(), before);
        let note = tab.run("return document.querySelector('#note').value", Vec::new()).await;
        assert_eq!(note, "Leave it at the gate");
        tab.run("document.querySelector('form').reset()", Vec::new()).await;
        tab.click("#ask-button").await;
        page.is_answered().await;
        assert_eq!(page.asked(), before + 1);
    })
    .await;
}

/// Whatever else runs in the page, or frames it, has no say in who is signed in.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_another_window_is_no_answer_of_the_org() {
    play("frame", "localhost", async |page: &Page<'_>| {
        let tab = &page.scene.tab;
        page.open().await;
        page.is_answered().await;
        let forged = "setInterval(() => postMessage({error: 'login_required', state: 'x'}, '*'), 1)";
        tab.run(forged, Vec::new()).await;
        page.expire().await;
        tab.click("#ask-button").await;
        page.is_answered().await;
        tab.see_count("#notice", 0).await;
    })
    .await;
}

/// The org no longer knows the person: the session ends, said so, and nothing goes round in circles.
async fn ends_cleanly(page: &Page<'_>) {
    let tab = &page.scene.tab;
    page.open().await;
    page.is_answered().await;
    let before = page.asked();
    page.scene.org().end_sessions();
    page.expire().await;
    tab.click("#ask-button").await;
    tab.see_text("#notice", "Your session has expired").await;
    tab.see("#login-button").await;
    assert_eq!(page.asked(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_finds_nobody_signed_in_ends_the_session() {
    play("frame", "localhost", async |page: &Page<'_>| ends_cleanly(page).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trip_that_finds_nobody_signed_in_ends_the_session() {
    play("page", "127.0.0.1", async |page: &Page<'_>| ends_cleanly(page).await).await;
}

/// A frame of another site gets no cookie from the browser, so a page that only looks like one of the org's goes itself.
#[tokio::test(flavor = "multi_thread")]
async fn where_a_frame_would_get_no_cookie_the_page_goes() {
    play("detect", "127.0.0.1", async |page: &Page<'_>| {
        page.open().await;
        page.is_answered().await;
        let before = page.asked();
        page.expire().await;
        page.scene.tab.click("#ask-button").await;
        page.is_answered().await;
        assert_eq!(page.asked(), before + 1);
    })
    .await;
}
