//! The schema of an app's people, as recorded orgs show it, and what the app's own attributes are good for.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Browser, http, org, parts, redeem, text};

fn custom(properties: Value) -> Value {
    json!({"definitions": {"custom": {"id": "#custom", "type": "object", "properties": properties}}})
}

#[tokio::test]
async fn an_app_has_the_attributes_of_openid_connect_and_its_own() {
    let org = org().await;
    let path = format!("/meta/schemas/apps/{}/default", org.client_id());
    let schema = get(&org, &path).await;
    let mut names: Vec<_> = schema.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected =
        ["$schema", "created", "definitions", "id", "lastUpdated", "name", "properties", "title", "type"];
    assert_eq!(names, expected);
    let id = format!("{}/meta/schemas/apps/{}/default", org.base_url(), org.client_id());
    assert_eq!((&schema["id"], &schema["title"]), (&json!(id), &json!("Grove User")));
    let base = &schema["definitions"]["base"];
    assert_eq!(base["properties"].as_object().map(serde_json::Map::len), Some(21));
    let user_name = json!({
        "title": "Username", "type": "string", "required": true, "externalName": "preferred_username", "scope": "SELF",
    });
    assert_eq!((&base["properties"]["userName"], &base["required"]), (&user_name, &json!(["userName"])));
    let street = json!({
        "title": "Street Address", "description": "Full street address component.", "type": "string",
        "externalName": "address.street_address", "scope": "SELF",
    });
    assert_eq!(base["properties"]["street_address"], street);
    org.advance_clock(std::time::Duration::from_secs(60));
    // As Terraform asks; what comes back is what a live org answered.
    let size = json!({
        "title": "Size", "description": "testing", "type": "string", "enum": ["S", "M"], "minLength": 1, "maxLength": 50,
        "oneOf": [{"const": "S", "title": "Small"}, {"const": "M", "title": "Medium"}], "required": false, "scope": "NONE",
        "master": {"type": "PROFILE_MASTER"}, "permissions": [{"action": "READ_ONLY", "principal": "SELF"}],
    });
    let tags = json!({"title": "Tags", "type": "array", "items": {"type": "string"}, "required": true});
    let changed = call(&org, Method::POST, &path, &custom(json!({"size": size, "tags": tags}))).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let changed = changed.json();
    let own = &changed["definitions"]["custom"];
    let shown = json!({
        "title": "Size", "description": "testing", "type": "string", "scope": "NONE", "enum": ["S", "M"],
        "oneOf": [{"const": "S", "title": "Small"}, {"const": "M", "title": "Medium"}], "minLength": 1, "maxLength": 50,
    });
    assert_eq!((&own["properties"]["size"], &own["required"]), (&shown, &json!(["tags"])));
    assert_eq!(own["properties"]["tags"]["union"], "DISABLE");
    assert_ne!(changed["lastUpdated"], schema["lastUpdated"]);
    assert_eq!(get(&org, &path).await, changed);
    let base = json!({"definitions": {"base": {"id": "#base", "type": "object", "properties": {
        "name": {"title": "Name", "type": "string", "required": true},
    }}}});
    let changed = call(&org, Method::POST, &path, &base).await.json();
    assert_eq!(changed["definitions"]["base"]["required"], json!(["name", "userName"]), "{changed}");
    let user_schema = get(&org, "/meta/schemas/user/default").await;
    assert_eq!(user_schema["definitions"]["custom"]["properties"], json!({}), "people's own is another");
    let log = get(&org, "/logs?filter=eventType%20eq%20%22directory.app_user_profile.update%22").await;
    assert_eq!(log.as_array().map(Vec::len), Some(2));
    let nobody = call(&org, Method::GET, "/meta/schemas/apps/none/default", &Value::Null).await;
    assert_eq!(nobody.json()["errorSummary"], "Not found: Resource not found: none (AppInstance)");
}

#[tokio::test]
async fn a_value_of_an_apps_attribute_is_kept_shown_and_claimed() {
    let org = org().await;
    let path = format!("/meta/schemas/apps/{}/default", org.client_id());
    let properties =
        json!({"badge": {"title": "Badge", "type": "integer"}, "team": {"title": "Team", "type": "string"}});
    call(&org, Method::POST, &path, &custom(properties)).await;
    let alice = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let assignment = format!("/apps/{}/users/{alice}", org.client_id());
    assert_eq!(get(&org, &assignment).await["profile"]["badge"], Value::Null);
    let wrong = call(&org, Method::POST, &assignment, &json!({"profile": {"badge": "seven"}})).await;
    assert_eq!(
        (wrong.status.as_u16(), &wrong.json()["errorSummary"]),
        (400, &json!("Api validation failed: badge"))
    );
    let body = json!({"profile": {"badge": 7}, "credentials": {"userName": "alice-in-grove"}});
    let user = call(&org, Method::POST, &assignment, &body).await.json();
    assert_eq!((&user["profile"]["badge"], &user["profile"]["team"]), (&json!(7), &Value::Null), "{user}");
    let claims = "/authorizationServers/default/claims";
    for (name, kind, value) in [
        ("badge", "RESOURCE", "appuser.badge"),
        ("known_as", "RESOURCE", "'a ' + appuser.userName"),
        ("team", "RESOURCE", "appuser.team"),
        ("mine", "IDENTITY", "appuser.badge"),
        ("home", "IDENTITY", "user.streetAddress"),
    ] {
        let claim = json!({
            "name": name, "claimType": kind, "valueType": "EXPRESSION", "value": value, "alwaysIncludeInToken": true,
        });
        assert_eq!(call(&org, Method::POST, claims, &claim).await.status, 201);
    }
    let code = Browser::new(&org).code_for(ALICE, &[("scope", Some("openid"))]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    let access = parts(text(&tokens, "access_token")).1;
    assert_eq!((&access["badge"], &access["known_as"]), (&json!(7), &json!("a alice-in-grove")), "{access}");
    assert_eq!(access.get("team"), None, "nobody said");
    let id = parts(text(&tokens, "id_token")).1;
    let street = get(&org, &format!("/users/{ALICE}")).await["profile"]["streetAddress"].clone();
    assert_eq!((&id["mine"], &id["home"]), (&json!(7), &street));
    let userinfo = http().get(format!("{}/v1/userinfo", org.issuer()));
    let userinfo = userinfo.bearer_auth(text(&tokens, "access_token")).send().await.unwrap();
    let userinfo: Value = userinfo.json().await.unwrap();
    assert_eq!((&userinfo["mine"], &userinfo["home"]), (&json!(7), &street), "{userinfo}");
    call(&org, Method::POST, &path, &custom(json!({"badge": null}))).await;
    assert_eq!(get(&org, &assignment).await["profile"].get("badge"), None, "it goes with its attribute");
}
