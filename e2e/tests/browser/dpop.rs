//! Tokens that are bound to a key of the browser (RFC 9449): the shop, an org whose app asks for proofs, and thieves.

use okta_local::{Endpoint, GrantType};
use reqwest::StatusCode;
use serde_json::Value;

use e2e::browser::Tab;
use e2e::pages::{Header, Messages, Orders, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};

/// The names of the keys that the browser keeps for the shop.
const KEYS: &str = "const done = arguments[0]; (async () => {
    if (!(await indexedDB.databases()).some(database => database.name === 'okta-auth')) return [];
    const settled = request => new Promise((then, not) => { request.onsuccess = () => then(request.result); request.onerror = not; });
    const database = await settled(indexedDB.open('okta-auth'));
    const keys = await settled(database.transaction('keys').objectStore('keys').getAllKeys());
    database.close();
    return keys;
})().then(done, error => done('not read: ' + error));";

async fn keys(tab: &Tab) -> Vec<Value> {
    let keys = tab.run_and_wait(KEYS, Vec::new()).await;
    keys.as_array().unwrap_or_else(|| panic!("{keys}")).clone()
}

async fn sign_in(tab: &Tab) {
    Orders(tab).open().await;
    OrgSignIn(tab).sign_in(ALICE).await;
    tab.until_at("/orders").await;
    Header(tab).greets(ALICE).await;
}

async fn kept(tab: &Tab, token: &str) -> String {
    tab.session().await.unwrap()[token].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sign_in_to_order_with_tokens_that_are_bound() {
    scene(async |scene: &mut Scene| {
        let shopper = scene.shopper();
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        shopper.signs_in_as(ALICE).await;
        let number = shopper.orders().await;
        shopper.finds_the_order(&number).await;
        assert_eq!(keys(&scene.tab).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_stolen_is_worth_nothing_elsewhere() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        sign_in(tab).await;
        let http = okta_cli::http::for_origin_of(scene.stack.issuer()).build().unwrap();
        let (access, refresh) = (kept(tab, "access_token").await, kept(tab, "refresh_token").await);
        for scheme in ["Bearer", "DPoP"] {
            let request = http.get(format!("{}/api/orders", scene.stack.api_url()));
            let answer = request.header("authorization", format!("{scheme} {access}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{scheme}");
        }
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", scene.stack.client_id()),
            ("refresh_token", &refresh),
        ];
        let token = format!("{}/v1/token", scene.stack.issuer());
        let answer =
            http.post(token).header("origin", scene.stack.spa_url()).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], "invalid_dpop_proof");
        // The attempt has cost the person nothing.
        tab.expire_access_token().await;
        Messages(tab).open().await;
        Messages(tab).message(0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_tabs_have_one_key_and_make_one_refresh() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(tab).await;
        for _ in 0..2 {
            tab.open_another().await;
            Messages(tab).open().await;
            Messages(tab).message(0).await;
        }
        assert_eq!(keys(tab).await.len(), 1);
        tab.expire_access_token().await;
        tab.reload().await;
        Messages(tab).message(0).await;
        assert_eq!((org.token_requests(GrantType::RefreshToken), org.requests(Endpoint::Authorize)), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_lost_ends_the_session_and_says_so() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(tab).await;
        let delete = "const done = arguments[0]; const request = indexedDB.deleteDatabase('okta-auth'); \
                      request.onsuccess = () => done(true); request.onerror = () => done(false);";
        assert_eq!(tab.run_and_wait(delete, Vec::new()).await, true);
        tab.reload().await;
        tab.see_text(".notices", "no longer has the key of your session").await;
        assert_eq!(org.requests(Endpoint::Authorize), 1, "nobody is sent to the org unasked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonces_that_end_in_mid_session_are_replaced() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        sign_in(tab).await;
        org.expire_dpop_nonces();
        tab.expire_access_token().await;
        Messages(tab).open().await;
        Messages(tab).message(0).await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}

async fn signs_in_at(seconds: i64) {
    scene(async |scene: &mut Scene| {
        scene.tab.skew_clock(seconds).await;
        sign_in(&scene.tab).await;
        Messages(&scene.tab).open().await;
        Messages(&scene.tab).message(0).await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_fast_is_set_right() {
    signs_in_at(3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_slow_is_set_right() {
    signs_in_at(-3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_a_database_has_a_session_for_the_life_of_the_page() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        let refuse =
            "IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); };";
        tab.run_before_pages(refuse).await;
        sign_in(tab).await;
        assert!(tab.session().await.is_none());
        Orders(tab).is_shown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_leaves_no_key() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        sign_in(tab).await;
        assert_eq!(keys(tab).await.len(), 1);
        scene.shopper().signs_out().await;
        assert_eq!(keys(tab).await, Vec::<Value>::new());
    })
    .await;
}
