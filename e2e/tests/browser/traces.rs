//! What a sign-in leaves behind: tokens in the documented place and nowhere else, and nothing after a sign-out.

use serde_json::Value;

use crate::example::Example;
use crate::example::example_scene;
use e2e::browser::Tab;
use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, Scene};

/// What a JWT starts with: `{"` in base64url.
const JWT: &str = "eyJ";

#[tokio::test(flavor = "multi_thread")]
async fn tokens_lie_in_the_documented_place_only_and_nothing_is_left_after_a_sign_out() {
    example_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Example(tab).open_messages().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/messages").await;
        Example(tab).message().await;

        let kept = tab.everything_kept().await;
        let (refresh_token, elsewhere) = without_the_session(&kept);
        assert!(refresh_token.len() >= 20, "no refresh token was kept");
        assert!(!elsewhere.contains(JWT), "{elsewhere}");
        assert!(!elsewhere.contains(&refresh_token), "{elsewhere}");
        holds_no_code(tab, &kept).await;

        Example(tab).sign_out().await;
        Example(tab).shows_nobody().await;
        let kept = tab.everything_kept().await;
        assert!(!kept.contains(JWT) && !kept.contains(&refresh_token), "{kept}");
        let parts: Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(parts[0], serde_json::json!({}), "localStorage");
        assert_eq!(parts[1], serde_json::json!({}), "sessionStorage");
        assert_eq!(parts[2], "", "cookies");
    })
    .await;
}

/// The refresh token, and everything that is kept but the one entry for the session.
fn without_the_session(kept: &str) -> (String, String) {
    let mut parts: Value = serde_json::from_str(kept).unwrap();
    let local = parts[0].as_object_mut().unwrap();
    let key = local.keys().find(|key| key.ends_with(".session")).unwrap().clone();
    let session: Value = serde_json::from_str(local.remove(&key).unwrap().as_str().unwrap()).unwrap();
    (session["refresh_token"].as_str().unwrap().to_owned(), parts.to_string())
}

/// Neither the address, nor the history, nor the referrer.
async fn holds_no_code(tab: &Tab, kept: &str) {
    let loaded_from = tab.loaded_from().await;
    let code = loaded_from.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert!(!code.is_empty() && !kept.contains(&code), "{kept}");
    let script =
        "return [location.href, document.referrer, document.URL, document.documentElement.outerHTML]";
    let seen = tab.client().execute(script, Vec::new()).await.unwrap().to_string();
    assert!(!seen.contains(&code), "{seen}");
    // The entry of the callback was replaced: the one before is the org's.
    tab.back().await;
    tab.until("an address without the code", async || {
        let address = tab.address().await;
        if address.contains(&code) { Err(address) } else { Ok(()) }
    })
    .await;
    tab.open("/messages").await;
    Example(tab).message().await;
}
