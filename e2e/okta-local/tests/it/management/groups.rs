//! Groups and who is in them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, org, parts, text, tokens};

#[tokio::test]
async fn a_group_is_made_filled_renamed_and_deleted() {
    let org = org().await;
    let body = json!({"profile": {"name": "gardeners", "description": "With spades"}});
    let group = call(&org, Method::POST, "/groups", &body).await.json();
    assert_eq!((&group["type"], &group["profile"]), (&json!("OKTA_GROUP"), &body["profile"]));
    let path = format!("/groups/{}", text(&group, "id"));
    let member = format!("{path}/users/{ALICE}");
    assert_eq!(call(&org, Method::PUT, &member, &Value::Null).await.status, 204);
    assert_eq!(get(&org, &format!("{path}/users")).await[0]["profile"]["login"], ALICE);
    let renamed = json!({"profile": {"name": "diggers"}});
    let renamed = call(&org, Method::PUT, &path, &renamed).await.json();
    assert_eq!(renamed["profile"], json!({"name": "diggers", "description": null}));
    let groups = async || parts(text(&tokens(&org).await, "access_token")).1["groups"].clone();
    assert_eq!(groups().await, json!(["diggers"]));
    assert_eq!(call(&org, Method::DELETE, &member, &Value::Null).await.status, 204);
    assert_eq!(groups().await, Value::Null);
    assert_eq!(get(&org, &path).await["id"], group["id"]);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    let gone = call(&org, Method::GET, &path, &Value::Null).await.json();
    assert_eq!(
        gone["errorSummary"],
        format!("Not found: Resource not found: {} (UserGroup)", text(&group, "id"))
    );
}

#[tokio::test]
async fn the_group_of_everyone_is_not_an_administrators() {
    let org = org().await;
    let everyone = get(&org, "/groups?q=everyone").await[0].clone();
    assert_eq!(everyone["type"], "BUILT_IN");
    let path = format!("/groups/{}", text(&everyone, "id"));
    let name = json!({"profile": {"name": "nobody"}});
    for (method, path, body) in [
        (Method::PUT, path.clone(), &name),
        (Method::DELETE, path.clone(), &Value::Null),
        (Method::DELETE, format!("{path}/users/{ALICE}"), &Value::Null),
    ] {
        let answer = call(&org, method, &path, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["errorCode"]), (501, &json!("E0000060")));
    }
    for name in ["", "Everyone", "shop-staff"] {
        let answer = call(&org, Method::POST, "/groups", &json!({"profile": {"name": name}})).await;
        assert_eq!(answer.json()["errorSummary"], "Api validation failed: name", "{name}");
    }
    let found =
        get(&org, "/groups?search=type%20eq%20%22OKTA_GROUP%22%20and%20profile.name%20sw%20%22shop%22").await;
    assert_eq!(found[0]["profile"]["name"], "shop-staff");
    assert_eq!(get(&org, "/groups?filter=type%20eq%20%22BUILT_IN%22").await.as_array().unwrap().len(), 1);
}
