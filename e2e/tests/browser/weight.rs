//! What a first visit costs a phone: every byte that comes until the shop is whole and quiet.

use std::collections::BTreeMap;

use e2e::browser::Tab;
use e2e::pages::{Header, Products};
use e2e::scene::{Scene, one_origin_scene_of};
use serde_json::Value;
use xtask::spa_build::SpaProfile;

/// Bodies as they are sent: the program, the page with the catalogue, style, pictures, what is asked afterwards.
const MOST: u64 = 150_000;
/// CSS pixels.
const PHONE: (u32, u64) = (412, 823);

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_page_of_the_shop_is_light() {
    let folder = tempfile::tempdir().unwrap();
    let dist = SpaProfile::Release.dist(&okta_cli::workspace());
    xtask::dev::write_site(&dist, &std::fs::read(dist.join("index.html")).unwrap(), folder.path()).unwrap();
    one_origin_scene_of(folder.path().to_owned(), async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.set_size(PHONE.0, PHONE.1).await;
        let list = &["_bg.wasm", "cursor="][..];
        for (page, cards, awaited) in
            [("/", 24, list), ("/products", 24, list), ("/products/fig-sapling", 4, &["_bg.wasm"])]
        {
            tab.clear_cache().await;
            tab.open(page).await;
            Products(tab).shows(cards).await;
            Header(tab).shows_nobody().await;
            let answers = until_quiet(tab, awaited).await;
            let app = tab.app();
            assert!(
                answers.keys().all(|url| url.starts_with(app)),
                "bytes that this cannot see: {answers:?}"
            );
            let all: u64 = answers.values().sum();
            println!("{page}: {all}\n{}", listed(&answers));
            assert!(all <= MOST, "{page}: {all} bytes:\n{}", listed(&answers));
        }
    })
    .await;
}

/// All answers by their address, once those are there that this page waits for, and what is in sight is drawn.
async fn until_quiet(tab: &Tab, awaited: &[&str]) -> BTreeMap<String, u64> {
    let mut answers = BTreeMap::new();
    tab.until("the network to be quiet", async || {
        let before = answers.len();
        answers = loaded(tab).await;
        let missing = awaited.iter().find(|part| !answers.keys().any(|url| url.contains(**part)));
        match missing {
            Some(missing) => Err(format!("no {missing}")),
            None if answers.len() > before => Err(format!("{} answers and more to come", answers.len())),
            None => Ok(()),
        }
    })
    .await;
    answers
}

/// The bytes of each body as they came (Resource Timing), the page's own included.
async fn loaded(tab: &Tab) -> BTreeMap<String, u64> {
    let script = "const idle = arguments[0]; requestIdleCallback(() => requestAnimationFrame(() => idle( \
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] \
            .map(answer => [answer.name, answer.encodedBodySize]))))";
    let answers = tab.run_and_wait(script, Vec::new()).await;
    let read = |answer: &Value| (answer[0].as_str().unwrap().to_owned(), answer[1].as_u64().unwrap());
    answers.as_array().unwrap().iter().map(read).collect()
}

fn listed(answers: &BTreeMap<String, u64>) -> String {
    answers.iter().map(|(url, bytes)| format!("{bytes:>8} {url}\n")).collect()
}
