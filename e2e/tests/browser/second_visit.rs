//! Whoever was in the shop before sees it without a network; and what is kept for that is nobody's own.

use std::fs;

use e2e::browser::{Tab, hook};
use e2e::pages::{Header, Products};
use e2e::scene::{ALICE, Scene, one_origin_scene, one_origin_scene_of};
use serde_json::Value;
use tempfile::TempDir;
use xtask::spa_build::SpaProfile;

/// Everything in Cache Storage: address, headers and body of each answer.
const KEPT: &str = "const done = arguments[0]; (async () => { \
    const all = []; \
    for (const name of await caches.keys()) { \
        const cache = await caches.open(name); \
        for (const asked of await cache.keys()) { \
            const answer = await cache.match(asked, { ignoreVary: true }); \
            all.push([asked.url, JSON.stringify([[...asked.headers], [...answer.headers]]), await answer.text()]); \
        } \
    } \
    return all; })().then(done)";

async fn kept(tab: &Tab) -> Vec<[String; 3]> {
    let all = tab.run_and_wait(KEPT, Vec::new()).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entry = |entry: &Value| [0, 1, 2].map(|part| text(&entry[part]));
    all.as_array().unwrap().iter().map(entry).collect()
}

/// Waits until the page at this path is kept, and its program.
async fn until_kept(tab: &Tab, path: &str) {
    let page = format!("{}{path}", tab.app());
    tab.until(&format!("{path} to be kept"), async || {
        let urls: Vec<String> = kept(tab).await.into_iter().map(|[url, ..]| url).collect();
        let is_whole = urls.contains(&page)
            && ["_bg.wasm", ".js", ".css"].iter().all(|ending| urls.iter().any(|url| url.ends_with(ending)));
        if is_whole { Ok(()) } else { Err(format!("{urls:?}")) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_visit_needs_no_network() {
    one_origin_scene(async |scene: &mut Scene| {
        let tab = scene.tab.clone();
        for path in ["/products/fig-sapling", "/"] {
            tab.open(path).await;
            until_kept(&tab, path).await;
        }
        scene.stack.end_api().await;
        tab.open("/").await;
        Products(&tab).shows(24).await;
        Header(&tab).shows_nobody().await;
        assert_eq!(tab.count("[data-kept]").await, 1);
        Products(&tab).add("apple-sapling").await;
        Header(&tab).counts(1).await;
        tab.open("/products/fig-sapling").await;
        tab.see_text(&hook("product-title"), "Fig").await;
        Header(&tab).counts(1).await;
        // What was kept is asked for again once it can be.
        scene.stack.restart_api().await.unwrap();
        tab.open("/").await;
        assert_eq!(tab.count("[data-kept]").await, 0);
    })
    .await;
}

/// A build whose page can be told from another.
fn copy(colour: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    crate::below_a_path::copy_folder(&SpaProfile::Release.dist(&okta_cli::workspace()), copy.path());
    paint(&copy, "#24573f", colour);
    copy
}

fn paint(build: &TempDir, old: &str, new: &str) {
    let page = build.path().join("index.html");
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains(old), "{html}");
    fs::write(page, html.replace(old, new)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_shop_is_there_at_the_first_visit_after() {
    let build = copy("#111111");
    one_origin_scene_of(build.path().to_owned(), async |scene: &mut Scene| {
        let tab = scene.tab.clone();
        let colour = "return document.querySelector('meta[name=theme-color]').content";
        tab.open("/").await;
        until_kept(&tab, "/").await;
        assert_eq!(tab.run(colour, Vec::new()).await, "#111111");
        paint(&build, "#111111", "#222222");
        scene.stack.restart_api().await.unwrap();
        tab.open("/").await;
        assert_eq!(tab.run(colour, Vec::new()).await, "#222222");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_is_kept_and_no_answer_of_the_api() {
    one_origin_scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        shopper.browses().await;
        until_kept(tab, "/products").await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        shopper.signs_in_as(ALICE).await;
        shopper.orders().await;
        for page in
            ["/profile", "/orders", "/?code=c0de-of-nobody&state=5tate-of-nobody", "/products?q=fig", "/"]
        {
            tab.open(page).await;
            Header(tab).greets(ALICE).await;
        }
        until_kept(tab, "/").await;
        let session = tab.session().await.unwrap();
        let secrets =
            ["access_token", "id_token", "refresh_token"].map(|name| session[name].as_str().unwrap());
        for [url, headers, body] in kept(tab).await {
            let path = url.strip_prefix(tab.app()).unwrap();
            assert!(!path.contains('?') && !path.starts_with("/login") && !path.starts_with("/api"), "{url}");
            let text = [url.as_str(), &headers, &body].concat();
            for secret in secrets.iter().chain(&["Alice", "c0de-of-nobody", "5tate-of-nobody"]) {
                assert!(!text.contains(secret), "{url} holds {secret}");
            }
        }
    })
    .await;
}

/// Whoever runs a shop takes `sw.js` out of its folder.
#[tokio::test(flavor = "multi_thread")]
async fn there_is_a_way_back() {
    let build = copy("#111111");
    one_origin_scene_of(build.path().to_owned(), async |scene: &mut Scene| {
        let tab = scene.tab.clone();
        tab.open("/").await;
        until_kept(&tab, "/").await;
        fs::remove_file(build.path().join("sw.js")).unwrap();
        scene.stack.restart_api().await.unwrap();
        tab.open("/").await;
        let left = "const done = arguments[0]; Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()]) \
            .then(([workers, caches]) => done([workers.length, caches.length]))";
        tab.until("nothing to be left", async || {
            match tab.run_and_wait(left, Vec::new()).await {
                left if left == serde_json::json!([0, 0]) => Ok(()),
                left => Err(left.to_string()),
            }
        })
        .await;
        Products(&tab).shows(24).await;
    })
    .await;
}
