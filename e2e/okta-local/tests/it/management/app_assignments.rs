//! Assignments of apps as a live org answers.

use reqwest::Method;
use serde_json::{Value, json};

use super::recorded_apps::{made, terraform};
use super::{call, get};
use crate::browser::{ALICE, org, text};

#[tokio::test]
async fn apps_are_found_by_whoever_has_them() {
    let org = org().await;
    let alice = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let staff = text(&get(&org, "/groups?q=shop").await[0], "id").to_owned();
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    let id = text(&app, "id");
    call(&org, Method::POST, &format!("/apps/{id}/users"), &json!({"id": alice})).await;
    call(&org, Method::PUT, &format!("/apps/{id}/groups/{staff}"), &json!({})).await;
    let labels = async |query: &str| {
        let apps = get(&org, &format!("/apps?{query}")).await;
        apps.as_array().unwrap().iter().map(|app| text(app, "label").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(labels(&format!("filter=group.id%20eq%20%22{staff}%22")).await, ["Garden"]);
    let hers = format!("filter=user.id%20eq%20%22{alice}%22");
    assert_eq!(labels(&hers).await, ["Grove", "Other", "Garden"]);
    let expanded = get(&org, &format!("/apps?{hers}&expand=user/{alice}&q=gar")).await;
    assert_eq!(expanded[0]["_embedded"]["user"]["id"], alice);
    assert_eq!((expanded[0].get("user"), expanded[0].get("group")), (None, None), "not members of an app");
    let refused = call(&org, Method::GET, "/apps?limit=10&expand=user/id,group/id", &Value::Null).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["errorSummary"]),
        (400, &json!("Api validation failed: RequestParams"))
    );
    assert_eq!(refused.json()["errorCauses"], json!([{"errorSummary": "Expand query is malformed."}]));
    let refused = call(&org, Method::GET, "/apps?after=00u1testcursorvalue&limit=1", &Value::Null).await;
    assert_eq!(refused.status, 400);
    let error = refused.json();
    assert_eq!(
        (text(&error, "errorCode"), text(&error, "errorSummary")),
        ("E0000029", "Invalid paging request.")
    );
    assert_eq!(error["errorCauses"], json!([{"errorSummary": "Invalid cursor."}]));
}

#[tokio::test]
async fn an_assignment_keeps_what_is_said_of_it() {
    let org = org().await;
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    let base = format!("/apps/{}", text(&app, "id"));
    let id_of = async |login: &str| text(&get(&org, &format!("/users/{login}")).await, "id").to_owned();
    let (alice, bob) = (id_of(ALICE).await, id_of("bob@example.com").await);
    let given = json!({"id": alice, "credentials": {"userName": "alice1", "password": {}}});
    let assigned = call(&org, Method::POST, &format!("{base}/users"), &given).await.json();
    assert_eq!(assigned["credentials"], json!({"userName": "alice1"}));
    for name in [
        "street_address",
        "country",
        "website",
        "birthdate",
        "gender",
        "formatted",
        "profile",
        "locality",
        "middle_name",
        "picture",
        "nickname",
        "phone_number",
        "region",
        "postal_code",
        "zoneinfo",
        "name",
    ] {
        assert!(assigned["profile"].get(name).is_some(), "{name}");
    }
    assert_eq!(assigned["profile"]["locale"], "en_US");
    assert_eq!(
        assigned["_links"]["user"],
        json!({"href": format!("{}/api/v1/users/{alice}", org.base_url())})
    );
    let hers = format!("{base}/users/{alice}");
    let update = json!({"credentials": {"userName": "alice2"}, "profile": {"nickname": "Al"}});
    let updated = call(&org, Method::POST, &hers, &update).await;
    assert_eq!(
        (updated.status.as_u16(), &updated.json()["credentials"]["userName"]),
        (200, &json!("alice2"))
    );
    assert_eq!(get(&org, &hers).await["profile"]["nickname"], "Al");
    let not_his = call(&org, Method::POST, &format!("{base}/users/{bob}"), &update).await;
    assert_eq!((not_his.status.as_u16(), text(&not_his.json(), "errorCode")), (404, "E0000007"));
    let staff = text(&get(&org, "/groups?q=shop").await[0], "id").to_owned();
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    let group = |id: &str| format!("{base}/groups/{id}");
    let put = call(&org, Method::PUT, &group(&staff), &json!({"priority": 3, "profile": {}})).await.json();
    assert_eq!((&put["priority"], &put["profile"]), (&json!(3), &json!({})));
    call(&org, Method::PUT, &group(&everyone), &json!({"priority": 1})).await;
    let order: Vec<_> = get(&org, &format!("{base}/groups"))
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["priority"].clone())
        .collect();
    assert_eq!(order, [1, 3]);
    let patch = json!([
        {"op": "replace", "path": "/priority", "value": 7}, {"op": "add", "path": "/profile/role", "value": "digger"},
    ]);
    let patched = call(&org, Method::PATCH, &group(&staff), &patch).await;
    assert_eq!((patched.status.as_u16(), &patched.json()["priority"]), (200, &json!(7)));
    assert_eq!(get(&org, &group(&staff)).await["profile"], json!({"role": "digger"}));
    for wrong in [
        json!([{"op": "move", "path": "/priority", "value": 1}]),
        json!([{"op": "add", "path": "/id", "value": 1}]),
        json!([{"op": "add", "path": "/priority", "value": -1}]),
        json!({"priority": 1}),
    ] {
        assert_eq!(call(&org, Method::PATCH, &group(&staff), &wrong).await.status, 400, "{wrong}");
    }
    assert_eq!(get(&org, &group(&staff)).await["priority"], 7, "a refused patch changes nothing");
    let refused = call(&org, Method::DELETE, &format!("{base}/users/{bob}"), &Value::Null).await;
    let error = refused.json();
    assert_eq!((refused.status.as_u16(), text(&error, "errorCode")), (403, "E0000046"));
    assert_eq!(error["errorSummary"], "Deactivate application for user forbidden.");
    let cause =
        "The application cannot be unassigned from the user while their group memberships grant them access";
    assert_eq!(error["errorCauses"], json!([{"errorSummary": cause}]));
}
