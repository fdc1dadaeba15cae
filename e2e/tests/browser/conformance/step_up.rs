//! A sign-in that was to be stronger, or more recent: RFC 9470 §5, OpenID Connect Core §3.1.2.1 and §3.1.3.7.

use serde_json::json;

use super::stage::{Case, Stage, play_in};
use crate::example::ExampleBuild;
use crate::issuer::{Asked, Behaviour};

const GOOD: Behaviour = Behaviour::GOOD;

/// Signed in, the person asks to show a second factor.
async fn ask_for_more(stage: &Stage) {
    let tab = &stage.tab;
    tab.open("/").await;
    tab.click("#login-button").await;
    tab.see("#welcome").await;
    assert_eq!(tab.count("#strong").await, 0);
    tab.click("#stronger-button").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_not_as_strong_as_asked_for_is_not_taken() {
    let cases = [
        Case { name: "no-acr", behaviour: GOOD },
        Case {
            name: "weaker-acr",
            behaviour: Behaviour {
                claims: |claims| _ = claims.insert("acr".into(), json!("urn:okta:loa:1fa:any")),
                ..GOOD
            },
        },
        Case {
            name: "acr-of-another-kind",
            behaviour: Behaviour { claims: |claims| _ = claims.insert("acr".into(), json!(2)), ..GOOD },
        },
    ];
    play_in(&ExampleBuild::copy_of_bench(), &cases, async |stage: &Stage| {
        ask_for_more(stage).await;
        stage.tab.see_text("#callback-error", "stronger").await;
        assert_eq!((stage.count(Asked::Authorize), stage.count(Asked::Code)), (2, 2));
        // Who was signed in still is, as they were.
        stage.tab.open("/").await;
        stage.tab.see("#welcome").await;
        assert_eq!(stage.tab.count("#strong").await, 0);
        stage.behaved_well();
    })
    .await;
}
