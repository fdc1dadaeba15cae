//! The schema of people's profiles, and attributes that an administrator adds to it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, org, parts, text, tokens};

const SCHEMA: &str = "/meta/schemas/user/default";

fn attributes(properties: Value) -> Value {
    json!({"definitions": {"custom": {"id": "#custom", "type": "object", "properties": properties}}})
}

fn tags() -> Value {
    json!({"title": "Tags", "type": "array", "items": {"type": "string"}, "required": false, "scope": "NONE",
           "permissions": [{"principal": "SELF", "action": "READ_ONLY"}], "master": {"type": "PROFILE_MASTER"}})
}

#[tokio::test]
async fn the_schema_has_oktas_attributes_and_leads_to_the_type() {
    let org = org().await;
    let schema = get(&org, SCHEMA).await;
    let mut names: Vec<_> = schema.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "$schema",
        "_links",
        "created",
        "definitions",
        "description",
        "id",
        "lastUpdated",
        "name",
        "properties",
        "title",
        "type",
    ];
    assert_eq!(names, expected);
    assert_eq!(schema["id"], format!("{}/meta/schemas/user/default", org.base_url()));
    assert_eq!(schema["definitions"]["custom"]["properties"], json!({}));
    let base = &schema["definitions"]["base"];
    let expected = json!({
        "title": "Username", "type": "string", "required": true, "mutability": "READ_WRITE", "scope": "NONE",
        "minLength": 5, "maxLength": 100, "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
        "master": {"type": "PROFILE_MASTER"},
    });
    assert_eq!(base["properties"]["login"], expected);
    assert_eq!(base["properties"].as_object().map(serde_json::Map::len), Some(31));
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    assert_eq!(alice["_links"]["schema"]["href"], schema["_links"]["self"]["href"]);
    assert_eq!(alice["_links"]["type"]["href"], schema["_links"]["type"]["href"]);
    let own = text(&schema["_links"]["self"], "href").split_once("/api/v1").unwrap().1;
    assert_eq!(get(&org, own).await, schema);
    let types = get(&org, "/meta/types/user").await;
    assert_eq!((&types[0]["id"], &types[0]["default"]), (&alice["type"]["id"], &json!(true)));
    assert_eq!(get(&org, &format!("/meta/types/user/{}", text(&types[0], "id"))).await, types[0]);
    assert_eq!(
        types[0]["_links"]["schema"],
        json!({"rel": "schema", "href": alice["_links"]["schema"]["href"], "method": "GET"})
    );
}

#[tokio::test]
async fn an_attribute_that_is_added_is_kept_searched_and_claimed() {
    let org = org().await;
    let properties = json!({"tags": tags(), "size": {"title": "Size", "type": "number"}});
    let changed = call(&org, Method::POST, SCHEMA, &attributes(properties)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let custom = changed.json()["definitions"]["custom"].clone();
    let mut expected = tags();
    expected["mutability"] = json!("READ_WRITE");
    expected.as_object_mut().unwrap().remove("required");
    assert_eq!((&custom["properties"]["tags"], &custom["required"]), (&expected, &json!([])));
    let path = format!("/users/{ALICE}");
    let body = json!({"profile": {"tags": ["cool", "new"], "size": 1.5}});
    let user = call(&org, Method::POST, &path, &body).await.json();
    assert_eq!((&user["profile"]["tags"], &user["profile"]["size"]), (&json!(["cool", "new"]), &json!(1.5)));
    let found = get(&org, "/users?search=profile.tags%20eq%20%22new%22").await;
    assert_eq!(found[0]["profile"]["login"], ALICE);
    let claim =
        json!({"name": "tags", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "user.tags"});
    let made = call(&org, Method::POST, "/authorizationServers/default/claims", &claim).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(parts(text(&tokens(&org).await, "access_token")).1["tags"], json!(["cool", "new"]));
    let gone = call(&org, Method::POST, SCHEMA, &attributes(json!({"tags": null}))).await.json();
    assert_eq!(gone["definitions"]["custom"]["properties"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(get(&org, &path).await["profile"]["tags"], Value::Null);
}

#[tokio::test]
async fn values_have_to_fit_their_attributes_and_attributes_themselves() {
    let org = org().await;
    let properties = json!({
        "tags": tags(), "count": {"title": "Count", "type": "integer", "enum": [1, 2]},
        "code": {"title": "Code", "type": "string", "minLength": 2, "maxLength": 3},
    });
    call(&org, Method::POST, SCHEMA, &attributes(properties)).await;
    let path = format!("/users/{ALICE}");
    for (profile, field) in [
        (json!({"tags": "cool"}), "tags"),
        (json!({"tags": [1]}), "tags"),
        (json!({"count": 3}), "count"),
        (json!({"count": "1"}), "count"),
        (json!({"code": "long one"}), "code"),
    ] {
        let error = call(&org, Method::POST, &path, &json!({ "profile": profile })).await.json();
        assert_eq!(error["errorSummary"], format!("Api validation failed: {field}"), "{profile}");
    }
    for properties in [
        json!({"email": {"title": "E", "type": "string"}}),
        json!({"1a": {"title": "E", "type": "string"}}),
        json!({"a": {"type": "string"}}),
        json!({"a": {"title": "A", "type": "text"}}),
        json!({"a": {"title": "A", "type": "array"}}),
        json!({"code": {"title": "A", "type": "number"}}),
    ] {
        let answer = call(&org, Method::POST, SCHEMA, &attributes(properties)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errorCode"]),
            (400, &json!("E0000001")),
            "{answer:?}"
        );
    }
    let unknown = call(&org, Method::GET, "/meta/schemas/user/oscnone", &Value::Null).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["errorCode"]), (404, &json!("E0000007")));
}

#[tokio::test]
async fn whoever_has_to_have_an_attribute_has_it() {
    let org = org().await;
    let base = json!({"definitions": {"base": {"properties": {"lastName": {"required": false}}}}});
    let schema = call(&org, Method::POST, SCHEMA, &base).await.json();
    assert_eq!(schema["definitions"]["base"]["properties"]["lastName"]["required"], Value::Null);
    let badge = json!({"badge": {"title": "Badge", "type": "string", "required": true}});
    call(&org, Method::POST, SCHEMA, &attributes(badge)).await;
    let mut profile = json!({"login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern"});
    let refused = call(&org, Method::POST, "/users", &json!({ "profile": profile })).await.json();
    assert_eq!(refused["errorSummary"], "Api validation failed: badge", "{refused}");
    profile["badge"] = json!("7");
    assert_eq!(call(&org, Method::POST, "/users", &json!({ "profile": profile })).await.status, 200);
}
