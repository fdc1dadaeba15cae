//! Discovery and keys: OpenID Connect Discovery §4, RFC 8414 §3.3.

use serde_json::{Map, Value, json};

use super::stage::{Case, Stage, play};
use crate::example::Example;
use crate::issuer::{Asked, Behaviour, Published};

fn discovery(name: &'static str, discovery: fn(&mut Map<String, Value>)) -> Case {
    Case { name, behaviour: Behaviour { discovery, ..Behaviour::GOOD } }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discovery_document_that_does_not_fit_begins_no_sign_in() {
    let cases = [
        discovery("discovery-issuer-mismatch", |document| {
            document.insert("issuer".into(), json!("https://other.example"));
        }),
        discovery("discovery-without-issuer", |document| _ = document.remove("issuer")),
        discovery("insecure-jwks-uri", |document| {
            document.insert("jwks_uri".into(), json!("http://other.example/keys"));
        }),
        discovery("token-endpoint-of-another-origin", |document| {
            document.insert("token_endpoint".into(), json!("https://other.example/token"));
        }),
        discovery("authorization-endpoint-is-a-script", |document| {
            document.insert("authorization_endpoint".into(), json!("javascript:window.__xss=1"));
        }),
        discovery("without-s256", |document| {
            document.insert("code_challenge_methods_supported".into(), json!(["plain"]));
        }),
    ];
    play(&cases, async |stage: &Stage| {
        Example(&stage.tab).open_messages().await;
        let told = stage.tab.see(Example::PANEL).await;
        assert!(told.contains("not set up properly"), "{told}");
        assert_eq!(stage.count(Asked::Authorize), 0);
        assert!(!stage.tab.was_injected().await);
        stage.nothing_happened().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_rotated_just_before_signing_are_fetched_again_past_the_browsers_cache() {
    let behaviour = Behaviour { published: Published::RotatedJustBeforeSigning, ..Behaviour::GOOD };
    let cases = [Case { name: "signing-key-rotation-just-before-signing", behaviour }];
    play(&cases, async |stage: &Stage| {
        // The page fetches the keys before the rotation, so that the browser has them in its cache.
        stage.tab.open("/").await;
        let keys = format!("{}/v1/keys", stage.issuer.identifier());
        stage.tab.fetch_into_the_cache(&keys).await;
        assert_eq!(stage.count(Asked::Keys), 1);
        stage.is_accepted().await;
        assert!(stage.count(Asked::Keys) > 1);
    })
    .await;
}
