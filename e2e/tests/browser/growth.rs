//! A shop with thousands of products: a page asks for what it shows, and is shown after one request.

use e2e::browser::{hook, skip};
use e2e::pages::Products;
use e2e::scene::{Scene, scene};
use shared::paths;

use crate::order_book::sell_many;

const MANY: u32 = 5_000;

/// The queries of the lists that the page asked for since the last time this was asked.
async fn asked(scene: &Scene) -> Vec<String> {
    let calls = scene.browser().calls().await;
    let list = |call: &e2e::browser::Call| {
        let (_, query) = call.url.split_once(paths::PRODUCTS)?;
        (call.method == "GET").then(|| query.trim_start_matches('?').to_owned())
    };
    calls.iter().filter_map(list).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_many_pages_is_shown_after_one_request_and_the_next_one_is_there_already() {
    scene(async |scene: &mut Scene| {
        sell_many(&scene.stack, MANY).await;
        scene.stack.restart_api().await.unwrap();
        let tab = &scene.tab;
        Products(tab).open().await;
        Products(tab).shows(24).await;
        tab.see_text(".page-links", &format!("Page 1 of {}", MANY.div_ceil(24))).await;
        let mut seen = Vec::new();
        tab.until("the next page to be asked for", async || {
            seen.extend(asked(scene).await);
            if seen.is_empty() {
                skip("needs a driver that tells of requests");
            }
            if seen.len() >= 2 { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
        assert_eq!(seen, ["limit=24", "limit=24&cursor=product-24"]);

        tab.click(&hook("page-on")).await;
        tab.see_text(".page-links", "Page 2 of").await;
        tab.see(&hook("add-product-25")).await;
        tab.reload().await;
        tab.see(&hook("add-product-25")).await;
        tab.see_text(".page-links", "Page 2 of").await;
        tab.back().await;
        tab.see(&hook("add-product-1")).await;

        asked(scene).await;
        Products(tab).search("produkt 4711").await;
        Products(tab).shows(1).await;
        tab.see(&hook("add-product-4711")).await;
        let seen = asked(scene).await;
        assert!(seen.iter().all(|query| query.starts_with("limit=24&search=")), "{seen:?}");
        assert!(seen.len() <= "produkt 4711".len() * 2, "{seen:?}");
    })
    .await;
}
