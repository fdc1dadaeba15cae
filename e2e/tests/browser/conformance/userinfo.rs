//! `/userinfo`: OpenID Connect Core §5.3.

use serde_json::{Map, Value, json};

use super::stage::{Case, Stage, play};
use crate::example::Example;
use crate::issuer::{Asked, Behaviour};

fn userinfo(name: &'static str, userinfo: fn(&mut Map<String, Value>)) -> Case {
    Case { name, behaviour: Behaviour { userinfo, ..Behaviour::GOOD } }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_userinfo_join_those_of_the_id_token() {
    let cases = [userinfo("scope-userinfo-claims", |_| {})];
    play(&cases, async |stage: &Stage| {
        stage.tab.open("/profile").await;
        assert_eq!(Example(&stage.tab).claim("zoneinfo").await, "Europe/Berlin");
        assert_eq!(Example(&stage.tab).claim("name").await, "Robin Robot");
        assert_eq!(stage.count(Asked::UserInfo), 1);
        stage.behaved_well();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_about_somebody_else_are_not_taken() {
    let cases = [
        userinfo("userinfo-invalid-sub", |claims| _ = claims.insert("sub".into(), json!("00uother"))),
        userinfo("userinfo-missing-sub", |claims| _ = claims.remove("sub")),
    ];
    play(&cases, async |stage: &Stage| {
        stage.tab.open("/profile").await;
        let told = stage.tab.see("#userinfo-problem").await;
        assert!(!told.is_empty());
        Example(&stage.tab).is_signed_in().await;
        assert_eq!(Example(&stage.tab).claim("name").await, "Robin Robot");
        stage.tab.see_count("#claim-zoneinfo", 0).await;
        stage.behaved_well();
    })
    .await;
}
