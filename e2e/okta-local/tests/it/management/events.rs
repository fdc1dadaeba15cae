//! The System Log: what is written into it, and how it is asked.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get, spa};
use crate::browser::{ALICE, org, text, tokens};

async fn types(org: &RunningOrg, query: &str) -> Vec<String> {
    let events = get(org, &format!("/logs?{query}")).await;
    events.as_array().expect("a list").iter().map(|event| text(event, "eventType").to_owned()).collect()
}

#[tokio::test]
async fn what_an_administrator_does_is_written_down() {
    let org = org().await;
    let app = call(&org, Method::POST, "/apps", &spa("Made")).await.json();
    let path = format!("/apps/{}", text(&app, "id"));
    call(&org, Method::PUT, &path, &spa("Changed")).await;
    let group = call(&org, Method::POST, "/groups", &json!({"profile": {"name": "new"}})).await.json();
    let group_path = format!("/groups/{}", text(&group, "id"));
    call(&org, Method::PUT, &format!("{group_path}/users/{ALICE}"), &Value::Null).await;
    call(&org, Method::PUT, &format!("{path}/groups/{}", text(&group, "id")), &json!({})).await;
    call(&org, Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
    call(&org, Method::DELETE, &path, &Value::Null).await;
    call(&org, Method::POST, "/authorizationServers/default/scopes", &json!({"name": "beds:dig"})).await;
    assert_eq!(
        types(&org, "").await,
        [
            "application.lifecycle.create",
            "application.lifecycle.update",
            "group.lifecycle.create",
            "group.user_membership.add",
            "group.application_assignment.add",
            "application.lifecycle.deactivate",
            "application.lifecycle.delete",
            "oauth2.scope.created",
        ]
    );
    let first = get(&org, "/logs?limit=1").await[0].clone();
    assert_eq!(first["target"][0]["id"], app["id"]);
    assert_eq!(
        (&first["target"][0]["type"], &first["actor"]["type"]),
        (&json!("AppInstance"), &json!("User"))
    );
    assert_eq!(text(&first, "uuid").len(), 36);
}

#[tokio::test]
async fn the_log_is_asked_by_time_filter_words_and_order() {
    let org = org().await;
    tokens(&org).await;
    org.advance_clock(std::time::Duration::from_secs(3600));
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "new"}})).await;
    let all = types(&org, "").await;
    assert_eq!(all[0], "user.session.start");
    assert!(all.iter().any(|name| name == "app.oauth2.as.token.grant.access_token"), "{all:?}");
    let reversed: Vec<_> = types(&org, "sortOrder=DESCENDING").await.into_iter().rev().collect();
    assert_eq!(reversed, all);
    let newest = get(&org, "/logs?sortOrder=DESCENDING&limit=1").await[0].clone();
    let last = text(&newest, "published").replace(':', "%3A");
    assert_eq!(types(&org, &format!("since={last}")).await, ["group.lifecycle.create"]);
    assert_eq!(types(&org, &format!("until={last}")).await, all[..all.len() - 1]);
    let filter =
        "filter=eventType%20eq%20%22user.session.start%22%20and%20outcome.result%20eq%20%22SUCCESS%22";
    assert_eq!(types(&org, filter).await, ["user.session.start"]);
    let by_actor = types(&org, &format!("filter=actor.alternateId%20eq%20%22{ALICE}%22")).await;
    assert_eq!(by_actor.len() + 1, all.len());
    assert_eq!(types(&org, "q=lifecycle%20new").await, ["group.lifecycle.create"]);
    for bad in ["since=yesterday", "sortOrder=UP", "limit=-1"] {
        let answer = call(&org, Method::GET, &format!("/logs?{bad}"), &Value::Null).await;
        assert_eq!(answer.json()["errorCode"], "E0000001", "{bad}");
    }
    let bad = call(&org, Method::GET, "/logs?filter=eventType", &Value::Null).await;
    assert_eq!(bad.json()["errorCode"], "E0000031");
}

#[tokio::test]
async fn whoever_follows_the_log_is_led_on_from_the_last_event() {
    let org = org().await;
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "a"}})).await;
    let follow = async |path: &str| {
        let answer = call(&org, Method::GET, path, &Value::Null).await;
        let link =
            answer.headers.get_all("link").iter().nth(1).expect("a next link").to_str().unwrap().to_owned();
        let url =
            link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
        (answer.json().as_array().unwrap().len(), url.split_once("/api/v1").unwrap().1.to_owned())
    };
    let (some, next) = follow("/logs").await;
    let (none, next) = follow(&next).await;
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "b"}})).await;
    let (more, _) = follow(&next).await;
    assert_eq!((some, none, more), (1, 0, 1));
}
