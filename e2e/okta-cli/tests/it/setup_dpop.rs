//! `cargo okta setup --dpop`.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{Administrator, Ran, bare, okta};

const SETTING: &str = "settings.oauthClient.dpop_bound_access_tokens false → true (Proof of possession";

#[track_caller]
fn went_well(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// Whether the tokens of the shop's app and of the service app are bound to a key.
async fn bound(administrator: &Administrator<'_>) -> [Value; 2] {
    let mut found = [Value::Null, Value::Null];
    for (found, label) in found.iter_mut().zip(["Grove", "Grove service"]) {
        let app = administrator.find("/api/v1/apps", "label", label).await.unwrap();
        *found = app["settings"]["oauthClient"]["dpop_bound_access_tokens"].clone();
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_bound_where_one_asks_for_it_and_otherwise_the_setting_is_the_administrators() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let setup = async |more: &[&str]| {
        let ran = okta(&folder, &[&["setup", "--yes"], more].concat(), &variables, "").await;
        went_well(&ran);
        ran.out
    };
    setup(&[]).await;
    assert_eq!(bound(&administrator).await, [json!(false), json!(false)]);

    let plan = setup(&["--dpop", "--dry-run"]).await;
    assert_eq!(plan.matches(SETTING).count(), 1, "{plan}");
    assert_eq!(bound(&administrator).await, [json!(false), json!(false)]);

    setup(&["--dpop"]).await;
    assert_eq!(bound(&administrator).await, [json!(true), json!(false)]);
    let plan = setup(&[]).await;
    assert!(!plan.contains("dpop"), "{plan}");
    assert_eq!(bound(&administrator).await, [json!(true), json!(false)]);

    assert_eq!(setup(&["--dpop-service"]).await.matches(SETTING).count(), 1);
    assert_eq!(bound(&administrator).await, [json!(true), json!(true)]);
    org.stop().await;
}
