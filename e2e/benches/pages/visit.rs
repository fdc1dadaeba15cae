//! One visit of a page by somebody with a slow phone, and one sign-in.

use std::path::PathBuf;

use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, Scene, bearer_scene_of, one_origin_scene_of};
use serde_json::{Value, json};
use tokio::time::Instant;

/// What is visited: a build, and what it is.
pub(crate) enum App {
    /// Its content is the catalogue. The API serves it, as in production.
    Shop(PathBuf),
    /// The four pages of Okta's samples; their content is the button that signs people in.
    FourPages(PathBuf),
}

/// What a visit took, in milliseconds from the beginning of the navigation.
#[derive(Clone, Copy)]
pub(crate) struct Visit {
    pub(crate) first_paint: f64,
    pub(crate) largest_paint: f64,
    /// The page's content is in it.
    pub(crate) shown: f64,
    /// It is, and nothing holds the page for longer than 50 ms any more.
    pub(crate) interactive: f64,
    /// By how much the page moved under the shopper (Layout Instability §3.2).
    pub(crate) shift: f64,
    /// Of all answers, as they came over the network.
    pub(crate) bytes: f64,
    pub(crate) requests: f64,
}

/// A sign-in with a session at the org, from the click to the page that greets.
#[derive(Clone, Copy)]
pub(crate) struct SignIn {
    /// In milliseconds.
    pub(crate) took: f64,
    pub(crate) requests: f64,
    pub(crate) redirects: f64,
}

const CATALOGUE: &str = "[data-testid='product-card']";
const LOGIN: &str = "#login-button";
const WELCOME: &str = "#welcome";

/// A first visit, and another one with what the browser keeps.
pub(crate) async fn twice(app: App) -> (Visit, Visit) {
    let (App::Shop(dist) | App::FourPages(dist)) = app;
    let mut seen = None;
    one_origin_scene_of(dist, async |scene: &mut Scene| {
        prepare(scene, CATALOGUE).await;
        seen = Some((visit(scene).await, visit(scene).await));
    })
    .await;
    seen.unwrap()
}

/// A first visit, and a sign-in later on.
pub(crate) async fn with_sign_in(app: App) -> (Visit, SignIn) {
    let (App::Shop(dist) | App::FourPages(dist)) = app;
    let mut seen = None;
    bearer_scene_of(dist, async |scene: &mut Scene| {
        prepare(scene, LOGIN).await;
        seen = Some((visit(scene).await, sign_in(scene).await));
    })
    .await;
    seen.unwrap()
}

/// Before any script of the page, each time that it is loaded.
const OBSERVER: &str = "
    const seen = window.__seen = { first: 0, largest: 0, long: 0, shift: 0, shown: 0 };
    const observe = (type, take) =>
        new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    observe('paint', (entry) => { if (entry.name === 'first-contentful-paint') seen.first = entry.startTime; });
    observe('largest-contentful-paint', (entry) => { seen.largest = entry.startTime; });
    observe('longtask', (entry) => { seen.long = entry.startTime + entry.duration; });
    observe('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
    new MutationObserver(() => {
        if (!seen.shown && document.querySelector(SHOWN)) seen.shown = performance.now();
    }).observe(document, { childList: true, subtree: true });
";

/// Whether nothing has come, and nothing has held the page, for two seconds.
const IS_QUIET: &str = "
    const ends = performance.getEntriesByType('resource').map((entry) => entry.responseEnd);
    return performance.now() - Math.max(window.__seen.long, window.__seen.shown, ...ends) > 2000;
";

async fn prepare(scene: &Scene, shown: &str) {
    let script = OBSERVER.replace("SHOWN", &json!(shown).to_string());
    scene.tab.run_before_pages(&script).await;
    scene.tab.be_a_slow_phone().await;
}

async fn visit(scene: &Scene) -> Visit {
    scene.tab.open_url("about:blank").await;
    scene.browser().calls().await;
    scene.tab.open("/").await;
    let seen = scene
        .tab
        .until("the page is there and quiet", async || {
            let seen = scene.tab.run("return window.__seen", vec![]).await;
            let quiet = scene.tab.run(IS_QUIET, vec![]).await == json!(true);
            if quiet && number(&seen, "shown") > 0.0 { Ok(seen) } else { Err(seen.to_string()) }
        })
        .await;
    let calls = scene.browser().calls().await;
    let shown = number(&seen, "shown");
    Visit {
        first_paint: number(&seen, "first"),
        largest_paint: number(&seen, "largest"),
        shown,
        interactive: shown.max(number(&seen, "long")).max(number(&seen, "first")),
        shift: number(&seen, "shift"),
        bytes: calls.iter().map(|call| call.received as f64).sum(),
        requests: calls.len() as f64,
    }
}

fn number(seen: &Value, name: &str) -> f64 {
    seen[name].as_f64().unwrap()
}

/// The org knows the person; the app does not, any more.
async fn sign_in(scene: &Scene) -> SignIn {
    let tab = &scene.tab;
    tab.click(LOGIN).await;
    OrgSignIn(tab).sign_in(ALICE).await;
    tab.see(WELCOME).await;
    tab.clear_storage().await;
    tab.open("/").await;
    tab.see(LOGIN).await;
    scene.browser().calls().await;
    let clicked = Instant::now();
    tab.click(LOGIN).await;
    tab.see(WELCOME).await;
    let took = clicked.elapsed().as_secs_f64() * 1000.0;
    let calls = scene.browser().calls().await;
    let redirects = calls.iter().filter(|call| call.status.is_some_and(is_redirect)).count();
    SignIn { took, requests: calls.len() as f64, redirects: redirects as f64 }
}

fn is_redirect(status: u64) -> bool {
    (300..400).contains(&status) && status != 304
}
