//! The callback page, visited in ways nobody means to.

use okta_local::Endpoint;

use e2e::pages::{CallbackFailure, Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_after_sign_in_does_no_harm() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let exchanges = || scene.org().requests(Endpoint::Token);
        Products(tab).open().await;
        Header(tab).shows_nobody().await;
        Header(tab).open("orders").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
        let before = exchanges();
        // Back lies the org's page, which knows the person now and sends them on with another code, for a
        // sign-in that is over: to where that sign-in ended.
        tab.back().await;
        tab.until_at("/orders").await;
        Header(tab).greets(ALICE).await;
        assert_eq!(exchanges(), before);
        Orders(tab).open().await;
        Orders(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_callback_address_opened_again_is_not_exchanged_and_does_not_harm_the_session() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let exchanges = || scene.org().requests(Endpoint::Token);
        Orders(tab).open().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders").await;
        Orders(tab).is_shown().await;
        let used = tab.loaded_from().await;
        assert!(used.starts_with("/login/callback?") && used.contains("code="), "{used}");
        let before = exchanges();
        tab.open(&used).await;
        Header(tab).greets(ALICE).await;
        tab.reload().await;
        Header(tab).greets(ALICE).await;
        Orders(tab).open().await;
        Orders(tab).is_shown().await;
        assert_eq!(exchanges(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_address_from_another_browser_signs_nobody_in() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/login/callback?code=somebody-elses&state=somebody-elses").await;
        CallbackFailure(tab).read().await;
        // Whoever looks over the shoulder, or at the history, finds no code.
        tab.until_at("/login/callback").await;
        tab.reload().await;
        Header(tab).shows_nobody().await;
        assert_eq!(scene.org().requests(Endpoint::Token), 0);
    })
    .await;
}

/// RFC 9700 §4.2.4: else the answer in its address could get elsewhere. While it waits for the org and when it explains.
#[tokio::test(flavor = "multi_thread")]
async fn the_callback_page_leads_and_loads_nowhere_else() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let known = [tab.app().to_owned(), scene.org().base_url().to_owned(), scene.stack.api_url()];
        for query in ["code=somebody-elses&state=somebody-elses", "error=access_denied&state=somebody-elses"]
        {
            tab.open(&format!("/login/callback?{query}")).await;
            CallbackFailure(tab).read().await;
            let all = tab.run(ADDRESSES, Vec::new()).await;
            let [named, loaded, referrer]: [Vec<String>; 3] = serde_json::from_value(all).unwrap();
            assert!(named.len() > 5 && loaded.len() > 2, "{named:?} {loaded:?}");
            assert!(named.iter().all(|address| of(address) == tab.app()), "{named:?}");
            assert!(loaded.iter().all(|address| known.iter().any(|own| of(address) == own)), "{loaded:?}");
            assert!(referrer.iter().all(String::is_empty), "{referrer:?}");
        }
    })
    .await;
}

/// All addresses that the page names, all that it loaded, and what it was told of where one came from.
const ADDRESSES: &str = "const named = [...document.querySelectorAll('[href], [src], [action], [data]')] \
    .map(part => part.href || part.src || part.action || part.data).map(String); \
    const loaded = performance.getEntriesByType('resource').map(entry => entry.name); \
    return [named, loaded, [document.referrer]];";

/// The origin of an address.
fn of(address: &str) -> &str {
    let host = address.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
    address[host..].find('/').map_or(address, |end| &address[..host + end])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_callback_offers_to_start_again() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/login/callback?error=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&state=forged").await;
        CallbackFailure(tab).read().await;
        Header(tab).shows_nobody().await;
        CallbackFailure(tab).retry().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_callback_address_in_another_tab_does_no_harm_in_either() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let exchanges = || scene.org().requests(Endpoint::Token);
        scene.shopper().opens_signing_in_as(ALICE, "/orders").await;
        let used = tab.loaded_from().await;
        let (first, before) = (tab.window().await, exchanges());
        tab.open_another().await;
        tab.open(&used).await;
        Header(tab).greets(ALICE).await;
        tab.switch_to(&first).await;
        tab.reload().await;
        Header(tab).greets(ALICE).await;
        assert_eq!(exchanges(), before);
    })
    .await;
}
