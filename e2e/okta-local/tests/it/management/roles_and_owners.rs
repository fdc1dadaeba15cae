//! Roles of administrators and owners of groups: kept without effect, in the members and words of recorded orgs.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, org, text};

#[tokio::test]
async fn a_role_is_assigned_listed_and_removed() {
    let org = org().await;
    let alice = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let group = call(&org, Method::POST, "/groups", &json!({"profile": {"name": "admins"}})).await.json();
    let group = text(&group, "id").to_owned();
    let holders = [("users", &alice, "USER", "ra1"), ("groups", &group, "GROUP", "gra")];
    for (holders, id, kind, prefix) in holders {
        let path = format!("/{holders}/{id}/roles");
        assert_eq!(get(&org, &path).await, json!([]));
        let limited = call(
            &org,
            Method::POST,
            &format!("{path}?disableNotifications=false"),
            &json!({"type": "APP_ADMIN"}),
        )
        .await;
        let role = limited.json();
        let expected = json!({
            "id": "IFIFAX2BIRGUSTQ", "label": "Application Administrator", "type": "APP_ADMIN", "status": "ACTIVE",
            "created": role["created"], "lastUpdated": role["created"], "assignmentType": kind,
            "_links": {"assignee": {"href": format!("{}/api/v1/{holders}/{id}", org.base_url())}},
        });
        assert_eq!((limited.status.as_u16(), &role), (201, &expected));
        let other = call(&org, Method::POST, &path, &json!({"type": "READ_ONLY_ADMIN"})).await.json();
        assert!(text(&other, "id").starts_with(prefix) && text(&other, "id").len() == 20, "{other}");
        assert_eq!(other["label"], "Read-only Administrator");
        assert_eq!(get(&org, &path).await, json!([role, other]));
        assert_eq!(get(&org, &format!("{path}/{}", text(&other, "id"))).await, other);
        for targets in ["groups", "catalog/apps"] {
            assert_eq!(get(&org, &format!("{path}/IFIFAX2BIRGUSTQ/targets/{targets}")).await, json!([]));
        }
        let twice = call(&org, Method::POST, &path, &json!({"type": "APP_ADMIN"})).await;
        assert_eq!((twice.status.as_u16(), &twice.json()["errorCode"]), (409, &json!("E0000090")));
        let unknown = call(&org, Method::POST, &path, &json!({"type": "GARDENER"})).await;
        assert_eq!(unknown.json()["errorSummary"], "Api validation failed: type");
        assert_eq!(
            call(&org, Method::DELETE, &format!("{path}/IFIFAX2BIRGUSTQ"), &Value::Null).await.status,
            204
        );
        let gone = call(&org, Method::GET, &format!("{path}/IFIFAX2BIRGUSTQ"), &Value::Null).await;
        assert_eq!(
            gone.json()["errorSummary"],
            "Not found: Resource not found: IFIFAX2BIRGUSTQ (RoleAssignment)"
        );
        assert_eq!(get(&org, &path).await, json!([other]));
    }
    call(&org, Method::PUT, &format!("/groups/{group}/users/{alice}"), &Value::Null).await;
    let all = get(&org, &format!("/users/{alice}/roles")).await;
    assert_eq!(
        (all.as_array().map(Vec::len), &all[1]["assignmentType"]),
        (Some(2), &json!("GROUP")),
        "by a group too"
    );
    let nobody = call(&org, Method::GET, "/groups/none/roles", &Value::Null).await;
    assert_eq!(nobody.json()["errorSummary"], "Not found: Resource not found: none (UserGroup)");
    let log = get(&org, "/logs").await;
    let names: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    for name in [
        "user.account.privilege.grant",
        "user.account.privilege.revoke",
        "group.privilege.grant",
        "group.privilege.revoke",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[tokio::test]
async fn an_owner_is_added_listed_and_removed() {
    let org = org().await;
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let name = format!("{} {}", text(&alice["profile"], "firstName"), text(&alice["profile"], "lastName"));
    let make = async |name: &str| {
        let made = call(&org, Method::POST, "/groups", &json!({"profile": {"name": name}})).await.json();
        text(&made, "id").to_owned()
    };
    let (group, parent) = (make("beds").await, make("parent").await);
    let path = format!("/groups/{group}/owners");
    assert_eq!(get(&org, &path).await, json!([]));
    let body = json!({"id": alice["id"], "type": "USER"});
    let added = call(&org, Method::POST, &path, &body).await;
    let mut owner = added.json();
    let mut expected = json!({
        "id": alice["id"], "type": "USER", "resolved": true, "originId": null, "originType": "OKTA_DIRECTORY",
        "displayName": name, "lastUpdated": owner["lastUpdated"],
    });
    assert_eq!((added.status.as_u16(), &owner), (201, &expected));
    assert!(text(&owner, "lastUpdated").contains(" UTC 20"), "{owner}");
    let twice = call(&org, Method::POST, &path, &body).await.json();
    assert_eq!(twice["errorSummary"], "Api validation failed: owner");
    assert_eq!(
        twice["errorCauses"],
        json!([{"errorSummary": "Provided owner is already assigned to this group"}])
    );
    let no_user = call(&org, Method::POST, &path, &json!({"id": parent, "type": "USER"})).await;
    let summary = format!("Not found: Resource not found: {parent} (User)");
    assert_eq!((no_user.status.as_u16(), text(&no_user.json(), "errorSummary").to_owned()), (404, summary));
    let by_group = call(&org, Method::POST, &path, &json!({"id": parent, "type": "GROUP"})).await.json();
    assert_eq!((&by_group["displayName"], &by_group["type"]), (&json!("parent"), &json!("GROUP")));
    let listed = get(&org, &path).await;
    owner["lastUpdated"] = listed[1]["lastUpdated"].clone();
    expected["lastUpdated"] = listed[1]["lastUpdated"].clone();
    assert_eq!(listed[1], expected, "the newest is first");
    assert!(text(&listed[1], "lastUpdated").ends_with(".0"), "{listed}");
    let own = format!("{path}/{}", text(&alice, "id"));
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 404);
    assert_eq!(get(&org, &path).await.as_array().map(Vec::len), Some(1));
}
