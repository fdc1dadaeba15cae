//! `cargo okta doctor` with an API token: what is switched off, which rule decides, who has how many groups.

use reqwest::Method;
use serde_json::{Value, json};

use crate::SPA;
use crate::doctor::{Place, good};

const SERVER: &str = "/api/v1/authorizationServers/default";

async fn post(place: &Place, path: &str, body: &Value) -> Value {
    place.administrator().send(Method::POST, path, body).await
}

async fn switch_off(place: &Place, path: &str) {
    post(place, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
}

#[track_caller]
fn says(line: &Value, cause: &[&str], remedy: &[&str]) {
    for (member, words) in [("cause", cause), ("remedy", remedy)] {
        let text = line[member].as_str().unwrap();
        assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {line:#}");
    }
}

/// The first policy of the server and its first rule.
async fn policy_and_rule(place: &Place) -> (String, String) {
    let id = |list: &Value| list[0]["id"].as_str().unwrap().to_owned();
    let policies = format!("{SERVER}/policies");
    let policy = format!("{policies}/{}", id(&place.administrator().get(&policies).await));
    let rules = format!("{policy}/rules");
    let rule = format!("{rules}/{}", id(&place.administrator().get(&rules).await));
    (policy, rule)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_is_named_with_the_screen_to_switch_it_on() {
    let place = good().await;
    switch_off(&place, &format!("/api/v1/apps/{}", place.org.client_id())).await;
    let line = place.named("client-id").await;
    says(&line, &["the app Grove is inactive"], &["Applications › Applications › Grove", "cargo okta setup"]);

    let place = good().await;
    switch_off(&place, &format!("/api/v1/apps/{}", place.org.service_client().client_id)).await;
    says(&place.named("service-token").await, &["is inactive"], &["Applications › Applications"]);

    let place = good().await;
    switch_off(&place, SERVER).await;
    let line = place.named("reachable").await;
    says(&line, &["authorization server default is inactive"], &["Security › API › Authorization Servers"]);

    let place = good().await;
    let origin = place.administrator().find("/api/v1/trustedOrigins", "origin", SPA).await.unwrap();
    switch_off(&place, &format!("/api/v1/trustedOrigins/{}", origin["id"].as_str().unwrap())).await;
    let line = place.warned("trusted-origin").await;
    says(&line, &["trusted origin http://localhost:8080 is inactive"], &["Security › API › Trusted Origins"]);

    let place = good().await;
    switch_off(&place, &policy_and_rule(&place).await.0).await;
    says(&place.named("policy").await, &["policy Default Policy is inactive"], &["Access Policies"]);

    let place = good().await;
    switch_off(&place, &policy_and_rule(&place).await.1).await;
    let told = "policy Default Policy, rule Default Policy Rule: it is inactive";
    says(&place.named("policy").await, &[told], &["Access Policies"]);

    let place = good().await;
    let claim = place.administrator().find(&format!("{SERVER}/claims"), "name", "groups").await.unwrap();
    let path = format!("{SERVER}/claims/{}", claim["id"].as_str().unwrap());
    place.administrator().edit(&path, |claim| claim["status"] = "INACTIVE".into()).await;
    says(&place.named("groups-claim").await, &["is inactive"], &["Claims"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_evaluated_as_the_org_does() {
    // A first policy that lets services pass alone is no obstacle: the next one is asked.
    let place = good().await;
    let policies = format!("{SERVER}/policies");
    let services = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": "Services", "description": "", "priority": 1,
        "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
    });
    let policy = post(&place, &policies, &services).await;
    let rules = format!("{policies}/{}/rules", policy["id"].as_str().unwrap());
    let rule = |grant: &str, scopes: Value| {
        json!({
            "type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": format!("For {grant}"), "priority": 1,
            "conditions": {
                "people": {"users": {"include": []}, "groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": [grant]}, "scopes": {"include": scopes},
            },
            "actions": {"token": {"accessTokenLifetimeMinutes": 60}},
        })
    };
    post(&place, &rules, &rule("client_credentials", json!(["*"]))).await;
    let (code, findings) = place.doctor("", "").await;
    let line = |findings: &Value| {
        let lines = findings["checks"].as_array().unwrap();
        lines.iter().find(|line| line["check"] == "policy").unwrap().clone()
    };
    assert_eq!(code, 0, "{findings:#}");
    assert_eq!(line(&findings)["cause"], "policy Default Policy, rule Default Policy Rule");
    place.stop().await;

    // A rule that lacks a scope of the shop's is passed over, though it is for the grant.
    let place = good().await;
    let (_, path) = policy_and_rule(&place).await;
    let openid = json!(["openid", "profile", "email", "offline_access", "orders:read"]);
    place.administrator().edit(&path, |rule| rule["conditions"]["scopes"]["include"] = openid).await;
    let told = "policy Default Policy, rule Default Policy Rule: it does not allow orders:write";
    says(&place.named("policy").await, &["get access_denied", told], &["Access Policies"]);

    // Those whom no rule is for are told apart from those whom one is for.
    let place = good().await;
    let (_, path) = policy_and_rule(&place).await;
    let staff = place.administrator().get("/api/v1/groups?q=shop-staff").await[0]["id"].clone();
    let people = json!({"users": {"include": []}, "groups": {"include": [staff]}});
    place.administrator().edit(&path, |rule| rule["conditions"]["people"] = people).await;
    says(
        &place.named("policy").await,
        &["get access_denied", "it is for other people"],
        &["Access Policies"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_app_that_no_rule_lets_pass_is_told_why() {
    let place = good().await;
    let (_, path) = policy_and_rule(&place).await;
    let grants = json!(["authorization_code"]);
    place.administrator().edit(&path, |rule| rule["conditions"]["grantTypes"]["include"] = grants).await;
    let told = "rule Default Policy Rule: it is not for Client Credentials";
    says(&place.named("service-token").await, &[told], &["Access Policies"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn federation_broker_mode_is_a_warning() {
    let place = good().await;
    let path = format!("/api/v1/apps/{}", place.org.client_id());
    place.administrator().edit(&path, |app| app["settings"]["implicitAssignment"] = true.into()).await;
    let (_, findings) = place.doctor("", "").await;
    let lines = findings["checks"].as_array().unwrap();
    let tile = lines.iter().find(|line| line["check"] == "dashboard").unwrap();
    assert_eq!(
        (&tile["verdict"], &tile["cause"]),
        (&json!("skipped"), &json!("in Federation Broker Mode no app has a tile"))
    );
    says(&place.warned("assignment").await, &["Federation Broker Mode"], &["clear Federation Broker Mode"]);
}

/// What the app's settings, or its visibility, are changed to, and what is said of it.
async fn tile(change: impl FnOnce(&mut Value)) -> Place {
    let place = good().await;
    let path = format!("/api/v1/apps/{}", place.org.client_id());
    place.administrator().edit(&path, change).await;
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_the_tile_from_the_dashboard_is_named_with_the_setting_to_change() {
    let general = "Applications › Applications › (the app) › General";
    let place =
        tile(|app| app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = "DISABLED".into()).await;
    let line = place.warned("dashboard").await;
    says(&line, &["no tile", "DISABLED"], &[general, "Either Okta or App", "cargo okta setup"]);

    let place = tile(|app| app["visibility"]["hide"]["web"] = true.into()).await;
    let line = place.warned("dashboard").await;
    says(&line, &["no tile", "hidden"], &[general, "Display application icon to users", "cargo okta setup"]);

    let place =
        tile(|app| app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = "OKTA".into()).await;
    let line = place.named("dashboard").await;
    let cause = ["posts an ID token", "no sign-in of the shop's", "never used"];
    says(&line, &cause, &[general, "Redirect to app to initiate login (OIDC Compliant)", "cargo okta setup"]);

    let settings = |app: &mut Value| {
        app["settings"]["oauthClient"].as_object_mut().unwrap().remove("initiate_login_uri")
    };
    let place = tile(|app| drop(settings(app))).await;
    let line = place.named("dashboard").await;
    says(&line, &["Initiate login URI", "leads nowhere"], &[general, "http://localhost:8080/login"]);

    let place =
        tile(|app| app["settings"]["oauthClient"]["initiate_login_uri"] = "http://localhost:8080/".into())
            .await;
    let line = place.warned("dashboard").await;
    says(&line, &["leads to http://localhost:8080/,"], &[general, "http://localhost:8080/login"]);
}

/// In development the tile may lead to production.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_may_lead_to_any_place_of_the_shop() {
    let place = tile(|app| {
        let settings = &mut app["settings"]["oauthClient"];
        settings["redirect_uris"]
            .as_array_mut()
            .unwrap()
            .push("https://shop.example.com/login/callback".into());
        settings["initiate_login_uri"] = "https://shop.example.com/login".into();
    })
    .await;
    let (code, findings) = place.doctor("", "").await;
    let lines = findings["checks"].as_array().unwrap();
    let line = lines.iter().find(|line| line["check"] == "dashboard").unwrap();
    assert_eq!((code, line["verdict"].as_str()), (0, Some("ok")), "{findings:#}");
    assert!(line["cause"].as_str().unwrap().contains("https://shop.example.com/login"), "{line}");
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_too_many_groups_is_named() {
    let place = good().await;
    let users = place.administrator().get("/api/v1/users").await;
    let alice = users.as_array().unwrap().iter().find(|user| user["profile"]["login"] == "alice@example.com");
    let alice = alice.unwrap()["id"].as_str().unwrap().to_owned();
    for number in 0..105 {
        let group = json!({"profile": {"name": format!("project-{number}"), "description": null}});
        let id = post(&place, "/api/v1/groups", &group).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/groups/{id}/users/{alice}");
        place.administrator().send(Method::PUT, &path, &Value::Null).await;
    }
    let line = place.named("groups-claim").await;
    says(&line, &["the tokens of alice@example.com have 10"], &["Equals shop-staff"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_an_expression_is_a_warning() {
    let place = good().await;
    let claims = format!("{SERVER}/claims");
    let claim = place.administrator().find(&claims, "name", "groups").await.unwrap();
    let path = format!("{claims}/{}", claim["id"].as_str().unwrap());
    let body = json!({
        "name": "groups", "status": "ACTIVE", "claimType": "RESOURCE", "valueType": "EXPRESSION",
        "value": "\"shop-staff\"", "alwaysIncludeInToken": true, "conditions": {"scopes": []},
    });
    place.administrator().send(Method::PUT, &path, &body).await;
    says(&place.warned("groups-claim").await, &["is an expression"], &["value type Groups"]);
}
