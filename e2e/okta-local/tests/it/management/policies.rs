//! Access policies and their rules: order, status, change.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Browser, org, redeem, serve, text};

const POLICIES: &str = "/authorizationServers/default/policies";

fn policy(name: &str) -> Value {
    json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": name, "description": "For a test", "priority": 1,
        "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
    })
}

fn rule(name: &str, minutes: u64) -> Value {
    json!({
        "type": "RESOURCE_ACCESS", "name": name,
        "conditions": {
            "people": {"users": {"include": [], "exclude": []}, "groups": {"include": ["EVERYONE"], "exclude": []}},
            "grantTypes": {"include": ["implicit", "authorization_code", "password"]},
            "scopes": {"include": ["*"]},
        },
        "actions": {"token": {
            "accessTokenLifetimeMinutes": minutes, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10080,
        }},
    })
}

async fn made(org: &RunningOrg, path: &str, body: &Value) -> (String, Value) {
    let answer = call(org, Method::POST, path, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let made = answer.json();
    (format!("{path}/{}", text(&made, "id")), made)
}

async fn minutes(org: &RunningOrg) -> u64 {
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    redeem(org, &code, &[]).await.json()["expires_in"].as_u64().expect("seconds") / 60
}

#[tokio::test]
async fn a_rule_is_shown_as_it_was_given_and_its_renewals_go_with_it() {
    let org = org().await;
    let (path, _) = made(&org, POLICIES, &policy("Mine")).await;
    let (_, shown) = made(&org, &format!("{path}/rules"), &rule("Only", 10)).await;
    for (name, value) in rule("Only", 10).as_object().unwrap() {
        let sorted = |value: &Value| {
            let mut text: Vec<_> = value.to_string().chars().collect();
            text.sort_unstable();
            text
        };
        assert_eq!(sorted(&shown[name]), sorted(value), "{name}: {}", shown[name]);
    }
    let code = Browser::new(&org).code_for(ALICE, &[]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    let renewed = crate::browser::refresh(&org, text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(renewed.status, 200, "no rule of Okta's names refresh_token: {renewed:?}");
}

#[tokio::test]
async fn a_rule_for_services_needs_no_people() {
    let org = org().await;
    let usual = get(&org, POLICIES).await[0]["id"].as_str().expect("an id").to_owned();
    call(&org, Method::DELETE, &format!("{POLICIES}/{usual}"), &Value::Null).await;
    let (path, _) = made(&org, POLICIES, &policy("Services")).await;
    let body = json!({
        "type": "RESOURCE_ACCESS", "name": "Theirs",
        "conditions": {"grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["*"]}},
    });
    made(&org, &format!("{path}/rules"), &body).await;
    assert_eq!(serve(&org, Some("orders:read")).await.status, 200);
}

#[tokio::test]
async fn policies_change_sleep_wake_and_change_places() {
    let org = org().await;
    let (path, shown) = made(&org, POLICIES, &policy("Mine")).await;
    assert_eq!((&shown["priority"], &shown["description"]), (&json!(1), &json!("For a test")));
    let rules = format!("{path}/rules");
    made(&org, &rules, &rule("Ten", 10)).await;
    assert_eq!(minutes(&org).await, 10);
    let act = async |act: &str| {
        call(&org, Method::POST, &format!("{path}/lifecycle/{act}"), &json!({})).await.status
    };
    assert_eq!((act("deactivate").await.as_u16(), minutes(&org).await), (204, 60));
    assert_eq!((act("activate").await.as_u16(), minutes(&org).await), (204, 10));
    let mut last = policy("Mine too");
    last["priority"] = json!(2);
    let moved = call(&org, Method::PUT, &path, &last).await.json();
    assert_eq!((&moved["name"], &moved["priority"]), (&json!("Mine too"), &json!(2)));
    assert_eq!(minutes(&org).await, 60, "the other one is first now");
    last.as_object_mut().unwrap().remove("priority");
    assert_eq!(call(&org, Method::PUT, &path, &last).await.json()["priority"], 2, "its place stays");
    assert_eq!(get(&org, &format!("{path}/rules")).await[0]["name"], "Ten", "its rules stay");
    assert_eq!(get(&org, &path).await["name"], "Mine too");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::GET, &path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn rules_change_sleep_wake_and_change_places() {
    let org = org().await;
    let (policy, _) = made(&org, POLICIES, &policy("Mine")).await;
    let rules = format!("{policy}/rules");
    let (ten, _) = made(&org, &rules, &rule("Ten", 10)).await;
    made(&org, &rules, &rule("Twenty", 20)).await;
    assert_eq!(minutes(&org).await, 10);
    let act = async |act: &str| {
        call(&org, Method::POST, &format!("{ten}/lifecycle/{act}"), &json!({})).await.status
    };
    assert_eq!((act("deactivate").await.as_u16(), minutes(&org).await), (204, 20));
    assert_eq!((act("activate").await.as_u16(), minutes(&org).await), (204, 10));
    let mut changed = rule("Fifteen", 15);
    assert_eq!(call(&org, Method::PUT, &ten, &changed).await.json()["priority"], 1);
    assert_eq!(minutes(&org).await, 15);
    changed["priority"] = json!(2);
    call(&org, Method::PUT, &ten, &changed).await;
    assert_eq!(minutes(&org).await, 20);
    let alice = get(&org, &format!("/users/{ALICE}")).await["id"].clone();
    let mut not_alice = rule("Not her", 30);
    not_alice["priority"] = json!(1);
    not_alice["conditions"]["people"]["users"]["exclude"] = json!([alice]);
    let (not_alice, _) = made(&org, &rules, &not_alice).await;
    assert_eq!(minutes(&org).await, 20, "the rule is not for her");
    assert_eq!(get(&org, &not_alice).await["conditions"]["people"]["users"]["exclude"], json!([alice]));
    assert_eq!(call(&org, Method::DELETE, &ten, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::GET, &ten, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn what_a_policy_or_rule_cannot_say_is_named() {
    let org = org().await;
    let (path, _) = made(&org, POLICIES, &policy("Mine")).await;
    let refused = async |path: &str, body: Value| {
        let answer = call(&org, Method::POST, path, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errorCode"]),
            (400, &json!("E0000001")),
            "{answer:?}"
        );
        text(&answer.json()["errorCauses"][0], "errorSummary").to_owned()
    };
    for (pointer, value, cause) in [
        ("/name", json!("Mine"), "already exists"),
        ("/name", json!(""), "name: The field cannot be left blank"),
        ("/type", json!("OKTA_SIGN_ON"), "type: It must be"),
        ("/conditions/clients/include", json!(["0oanobody"]), "There is no client '0oanobody'"),
    ] {
        let mut body = policy("New");
        *body.pointer_mut(pointer).unwrap() = value;
        assert!(refused(POLICIES, body).await.contains(cause), "{pointer}");
    }
    for (pointer, value, cause) in [
        ("/name", json!(""), "name: The field cannot be left blank"),
        ("/type", json!("SIGN_ON"), "type: It must be"),
        ("/conditions/grantTypes/include", json!(["magic"]), "There is no grant type 'magic'"),
        ("/conditions/grantTypes/include", json!([]), "cannot be left blank"),
        ("/conditions/scopes/include", json!(["nope"]), "There is no scope 'nope'"),
        ("/conditions/people/groups/include", json!(["00gnobody"]), "There is no group '00gnobody'"),
        ("/conditions/people/users/include", json!(["00unobody"]), "There is no user '00unobody'"),
        ("/actions/token/accessTokenLifetimeMinutes", json!(1441), "from 5 to 1440"),
        ("/actions/token/refreshTokenWindowMinutes", json!(9), "from 10 to 2628000"),
        ("/actions/token/refreshTokenLifetimeMinutes", json!(1), "at least as long as the access token's"),
    ] {
        let mut body = rule("New", 60);
        *body.pointer_mut(pointer).unwrap() = value;
        assert!(refused(&format!("{path}/rules"), body).await.contains(cause), "{pointer}");
    }
}
