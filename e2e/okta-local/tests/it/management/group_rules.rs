//! Rules that put people into groups.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Answer, org, parts, text, tokens};

const RULES: &str = "/groups/rules";

async fn group(org: &RunningOrg) -> String {
    let made = call(org, Method::POST, "/groups", &json!({"profile": {"name": "ferns"}})).await.json();
    text(&made, "id").to_owned()
}

fn rule(group: &str, expression: &str) -> Value {
    json!({
        "type": "group_rule", "name": "Ferns",
        "conditions": {"expression": {"value": expression, "type": "urn:okta:expression:1.0"}, "people": {"users": {}}},
        "actions": {"assignUserToGroups": {"groupIds": [group]}},
    })
}

async fn members(org: &RunningOrg, group: &str) -> Vec<String> {
    let members = get(org, &format!("/groups/{group}/users")).await;
    members
        .as_array()
        .expect("a list")
        .iter()
        .map(|user| text(&user["profile"], "login").to_owned())
        .collect()
}

async fn act(org: &RunningOrg, rule: &Value, act: &str) -> Answer {
    let path = format!("{RULES}/{}/lifecycle/{act}", text(rule, "id"));
    call(org, Method::POST, &path, &Value::Null).await
}

#[tokio::test]
async fn a_rule_is_made_listed_changed_and_deleted() {
    let org = org().await;
    let group = group(&org).await;
    assert_eq!(get(&org, RULES).await, json!([]));
    let expression = "String.startsWith(user.firstName,\"Al\")";
    let made = call(&org, Method::POST, RULES, &rule(&group, expression)).await;
    assert_eq!(made.status, 200, "{made:?}");
    let made = made.json();
    let times = (made["created"].clone(), made["lastUpdated"].clone());
    let expected = json!({
        "type": "group_rule", "id": made["id"], "status": "INACTIVE", "name": "Ferns",
        "created": times.0, "lastUpdated": times.1,
        "conditions": {
            "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
            "expression": {"value": expression, "type": "urn:okta:expression:1.0"},
        },
        "actions": {"assignUserToGroups": {"groupIds": [group]}}, "allGroupsValid": true,
    });
    assert_eq!(made, expected);
    assert_eq!(get(&org, &format!("{RULES}?search=fern&limit=1")).await, json!([made]));
    assert_eq!(get(&org, &format!("{RULES}?search=moss")).await, json!([]));
    let path = format!("{RULES}/{}", text(&made, "id"));
    let mut other = rule(&group, "user.title==\"Tester\"");
    other["conditions"].as_object_mut().unwrap().remove("people");
    let changed = call(&org, Method::PUT, &path, &other).await.json();
    assert_eq!(changed["conditions"], other["conditions"], "who speaks of no exceptions is told none");
    assert_eq!(get(&org, &path).await, changed);
    let deleted = call(&org, Method::DELETE, &format!("{path}?removeUsers=false"), &Value::Null).await;
    assert_eq!((deleted.status.as_u16(), deleted.body.as_str()), (202, "{}"));
    assert_eq!(call(&org, Method::GET, &path, &Value::Null).await.json()["errorCode"], "E0000007");
}

#[tokio::test]
async fn an_active_rule_puts_people_in_and_takes_them_out() {
    let org = org().await;
    let group = group(&org).await;
    let made = call(&org, Method::POST, RULES, &rule(&group, "user.department == \"Ferns\"")).await.json();
    let change = async |department: &str| {
        let body = json!({"profile": {"department": department}});
        call(&org, Method::POST, &format!("/users/{ALICE}"), &body).await;
    };
    change("Ferns").await;
    assert!(members(&org, &group).await.is_empty(), "it is not active yet");
    let activated = act(&org, &made, "activate").await;
    assert_eq!((activated.status.as_u16(), activated.body.as_str()), (204, ""));
    assert_eq!(members(&org, &group).await, [ALICE]);
    assert_eq!(parts(text(&tokens(&org).await, "access_token")).1["groups"], json!(["ferns"]));
    change("Moss").await;
    assert!(members(&org, &group).await.is_empty());
    change("Ferns").await;
    let fern = json!({
        "profile": {"login": "fern@example.com", "email": "fern@example.com", "firstName": "F", "lastName": "F", "department": "Ferns"},
    });
    call(&org, Method::POST, "/users", &fern).await;
    assert_eq!(members(&org, &group).await, [ALICE, "fern@example.com"]);
    for body in [rule(&group, "true"), rule(&group, "user.department == \"Ferns\"")] {
        let path = format!("{RULES}/{}", text(&made, "id"));
        let refused = call(&org, Method::PUT, &path, &body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (400, &json!("E0000001")));
    }
    // Whom an administrator takes out stays out.
    call(&org, Method::DELETE, &format!("/groups/{group}/users/{ALICE}"), &Value::Null).await;
    change("Ferns").await;
    assert_eq!(members(&org, &group).await, ["fern@example.com"]);
    assert_eq!(act(&org, &made, "deactivate").await.status, 204);
    assert_eq!(members(&org, &group).await, ["fern@example.com"], "who is in stays in");
    let path = format!("{RULES}/{}?removeUsers=true", text(&made, "id"));
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 202);
    assert!(members(&org, &group).await.is_empty());
}

#[tokio::test]
async fn a_rule_whose_group_is_gone_is_invalid() {
    let org = org().await;
    let group = group(&org).await;
    let made = call(&org, Method::POST, RULES, &rule(&group, "true")).await.json();
    call(&org, Method::DELETE, &format!("/groups/{group}"), &Value::Null).await;
    let now = get(&org, &format!("{RULES}/{}", text(&made, "id"))).await;
    assert_eq!((&now["status"], &now["allGroupsValid"]), (&json!("INVALID"), &json!(false)));
    assert_eq!(act(&org, &made, "activate").await.status, 400);
}

#[tokio::test]
async fn what_is_no_rule_is_refused() {
    let org = org().await;
    let group = group(&org).await;
    let everyone = text(&get(&org, "/groups?q=everyone").await[0], "id").to_owned();
    for (body, status) in [
        (rule(&group, "user.firstName ==="), 400),
        (rule(&group, ""), 400),
        (rule(&everyone, "true"), 400),
        (rule("00gnone", "true"), 404),
        (json!({"type": "group_rule", "name": ""}), 400),
    ] {
        let answer = call(&org, Method::POST, RULES, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
    }
    let bad = call(&org, Method::POST, RULES, &rule(&group, "String.nope(1)")).await.json();
    assert_eq!(bad["errorSummary"], "Api validation failed: validateRule");
}
