//! Authorization servers, policies, rules, claims, scopes and origins as a live org answers.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{Answer, http, org, parts, text, tokens};

async fn made(org: &RunningOrg, path: &str, body: &Value) -> Value {
    let answer = call(org, Method::POST, path, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

async fn server(org: &RunningOrg) -> String {
    let body = json!({"name": "Garden", "audiences": ["api://garden"]});
    format!("/authorizationServers/{}", text(&made(org, "/authorizationServers", &body).await, "id"))
}

async fn policy(org: &RunningOrg, server: &str) -> String {
    let body =
        json!({"type": "OAUTH_AUTHORIZATION_POLICY", "name": "Theirs", "description": "d", "priority": 1});
    let policies = format!("{server}/policies");
    format!("{policies}/{}", text(&made(org, &policies, &body).await, "id"))
}

/// What Okta's Terraform provider sends to make a rule without scopes.
fn rule(grant: &str, group: &str) -> Value {
    json!({
        "type": "RESOURCE_ACCESS", "name": "test", "priority": 1, "status": "ACTIVE",
        "actions": {"token": {
            "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10080,
        }},
        "conditions": {
            "grantTypes": {"include": [grant]}, "people": {"groups": {"include": [group]}, "users": {}}, "scopes": {},
        },
    })
}

#[tokio::test]
async fn every_server_signs_with_keys_of_its_own() {
    let org = org().await;
    let server = server(&org).await;
    let kids = async |server: &str| {
        let keys = get(&org, &format!("{server}/credentials/keys")).await;
        keys.as_array().unwrap().iter().map(|key| text(key, "kid").to_owned()).collect::<Vec<_>>()
    };
    let (own, default) = (kids(&server).await, kids("/authorizationServers/default").await);
    assert!(own.iter().all(|kid| !default.contains(kid)), "{own:?} {default:?}");
    assert_eq!(get(&org, &server).await["credentials"]["signing"]["kid"], own[0]);
    let published = async |issuer: &str| {
        let keys = Answer::to(http().get(format!("{}{issuer}/v1/keys", org.base_url()))).await.json();
        text(&keys["keys"][0], "kid").to_owned()
    };
    let issuer = server.replace("/authorizationServers", "/oauth2");
    assert_eq!(published(&issuer).await, own[0]);
    assert!(published("/oauth2").await != default[0], "the org's own");
    let rotate = format!("{server}/credentials/lifecycle/keyRotate");
    assert_eq!(call(&org, Method::POST, &rotate, &json!({"use": "sig"})).await.status, 200);
    assert_eq!(
        (published(&issuer).await, kids("/authorizationServers/default").await),
        (own[1].clone(), default)
    );
}

#[tokio::test]
async fn a_policy_without_conditions_is_for_nobody_yet() {
    let org = org().await;
    let policy = policy(&org, &server(&org).await).await;
    assert_eq!(get(&org, &policy).await["conditions"], json!({"clients": {"include": []}}));
}

#[tokio::test]
async fn a_rule_is_shown_with_what_it_was_given_and_who_is_excluded() {
    let org = org().await;
    let rules = format!("{}/rules", policy(&org, &server(&org).await).await);
    let staff = text(&get(&org, "/groups?q=shop").await[0], "id").to_owned();
    let mut body = rule("implicit", &staff);
    body["actions"]["token"]["inlineHook"] = json!({"id": "cal00000000000000001"});
    let shown = made(&org, &rules, &body).await;
    let expected = json!({
        "people": {"users": {"exclude": []}, "groups": {"include": [staff]}},
        "grantTypes": {"include": ["implicit"]}, "scopes": {"include": []},
    });
    assert_eq!((&shown["conditions"], &shown["actions"]), (&expected, &body["actions"]));
    let path = format!("{rules}/{}", text(&shown, "id"));
    let changed = call(&org, Method::PUT, &path, &rule("password", &staff)).await;
    assert_eq!(
        (changed.status.as_u16(), &changed.json()["conditions"]["scopes"]),
        (200, &json!({"include": []}))
    );
    assert_eq!(changed.json()["actions"]["token"].get("inlineHook"), None);
    let service = json!({
        "type": "RESOURCE_ACCESS", "name": "services", "conditions": {"grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["*"]}},
    });
    let shown = made(&org, &rules, &service).await;
    assert_eq!(shown["conditions"]["people"], json!({"users": {"exclude": []}}));
    let mut spelled_out = rule("password", "EVERYONE");
    spelled_out["name"] = json!("spelled out");
    spelled_out["conditions"]["people"] = json!({
        "users": {"include": [], "exclude": []}, "groups": {"include": ["EVERYONE"], "exclude": []},
    });
    let shown = made(&org, &rules, &spelled_out).await;
    assert_eq!(shown["conditions"]["people"], spelled_out["conditions"]["people"]);
}

#[tokio::test]
async fn a_rule_for_people_needs_people() {
    let org = org().await;
    let rules = format!("{}/rules", policy(&org, &server(&org).await).await);
    for grant in ["authorization_code", "implicit", "password", "client-credentials"] {
        let mut body = rule(grant, "EVERYONE");
        body["conditions"].as_object_mut().unwrap().remove("people");
        let error = call(&org, Method::POST, &rules, &body).await.json();
        assert_eq!(error["errorSummary"], "Api validation failed: conditions.people", "{grant}: {error}");
        let cause = "conditions.people: At least one of ''conditions.people.users.include'' or \
            ''conditions.people.groups.include'' must contain a valid user or group when ''conditions.grantTypes'' contains \
            one or more of [authorization_code, implicit, password].";
        assert_eq!(error["errorCauses"], json!([{"errorSummary": cause}]));
    }
}

#[tokio::test]
async fn an_expression_that_this_org_does_not_understand_is_kept_and_says_nothing() {
    let org = org().await;
    let claims = "/authorizationServers/default/claims";
    let body = json!({
        "alwaysIncludeInToken": true, "claimType": "RESOURCE", "conditions": {}, "name": "test", "status": "ACTIVE",
        "value": "cool", "valueType": "EXPRESSION",
    });
    let claim = made(&org, claims, &body).await;
    let own = format!("{}/api/v1{claims}/{}", org.base_url(), text(&claim, "id"));
    let expected = json!({
        "id": claim["id"], "name": "test", "status": "ACTIVE", "claimType": "RESOURCE", "valueType": "EXPRESSION",
        "value": "cool", "conditions": {"scopes": []}, "system": false, "alwaysIncludeInToken": true,
        "apiResourceId": null, "_links": {"self": {"href": own, "hints": {"allow": ["GET", "PUT", "DELETE"]}}},
    });
    assert_eq!(claim, expected);
    assert_eq!(parts(text(&tokens(&org).await, "access_token")).1.get("test"), None);
}

#[tokio::test]
async fn every_server_has_oktas_own_claims() {
    let org = org().await;
    let server = server(&org).await;
    let claims = format!("{server}/claims");
    let all = get(&org, &claims).await;
    let of_people: Vec<_> =
        all.as_array().unwrap().iter().filter(|claim| claim["valueType"] == "SYSTEM").collect();
    let mut names: Vec<_> = of_people.iter().map(|claim| text(claim, "name")).collect();
    names.sort_unstable();
    let expected = "address birthdate email email_verified family_name gender given_name locale middle_name name nickname \
        phone_number picture preferred_username profile updated_at website zoneinfo";
    assert_eq!(names.join(" "), expected);
    for claim in &of_people {
        let name = text(claim, "name");
        assert_eq!(
            (&claim["system"], &claim["claimType"], claim.get("value")),
            (&json!(true), &json!("IDENTITY"), None)
        );
        let always = ["email", "name", "preferred_username"].contains(&name);
        let scope = match name {
            "email" | "email_verified" => "email",
            "address" => "address",
            "phone_number" => "phone",
            _ => "profile",
        };
        assert_eq!(
            (&claim["alwaysIncludeInToken"], &claim["conditions"]),
            (&json!(always), &json!({"scopes": [scope]})),
            "{name}"
        );
    }
    let sub = all.as_array().unwrap().iter().find(|claim| claim["name"] == "sub").expect("sub");
    assert_eq!(
        (&sub["claimType"], &sub["valueType"], &sub["system"]),
        (&json!("RESOURCE"), &json!("EXPRESSION"), &json!(true))
    );
    assert_eq!(sub["value"], "(appuser != null) ? appuser.userName : app.clientId");
    assert_eq!(all.as_array().unwrap().len(), 19);

    let address = of_people.iter().find(|claim| claim["name"] == "address").unwrap();
    let path = format!("{claims}/{}", text(address, "id"));
    let body = json!({
        "alwaysIncludeInToken": true, "claimType": "IDENTITY", "conditions": {"scopes": ["address"]}, "name": "address",
        "status": "ACTIVE", "valueType": "SYSTEM",
    });
    let changed = call(&org, Method::PUT, &path, &body).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["alwaysIncludeInToken"]), (200, &json!(true)));
    assert_eq!(get(&org, &path).await, changed.json());
    let mut renamed = body.clone();
    renamed["name"] = json!("home");
    assert_eq!(call(&org, Method::PUT, &path, &renamed).await.status, 403);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 403);
    let twice = json!({"name": "name", "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "'x'"});
    assert_eq!(call(&org, Method::POST, &claims, &twice).await.status, 400, "the name is taken");
}

#[tokio::test]
async fn what_was_not_described_has_no_description() {
    let org = org().await;
    let server = server(&org).await;
    assert_eq!(get(&org, &server).await["description"], Value::Null);
    let scope = made(&org, &format!("{server}/scopes"), &json!({"name": "beds:dig"})).await;
    assert_eq!((&scope["description"], scope.get("apiResourceId")), (&Value::Null, Some(&Value::Null)));
    let scope = json!({"name": "beds:see", "description": "See them"});
    assert_eq!(made(&org, &format!("{server}/scopes"), &scope).await["description"], "See them");
}

#[tokio::test]
async fn an_origin_tells_who_made_it_and_what_is_none_is_refused_in_a_live_orgs_words() {
    let org = org().await;
    let body = json!({"name": "Garden", "origin": "https://garden.example", "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}], "status": "ACTIVE"});
    let origin = call(&org, Method::POST, "/trustedOrigins", &body).await.json();
    let by = text(&origin, "createdBy");
    assert!(by.starts_with("00u") && by.len() == 20);
    assert_eq!(origin["lastUpdatedBy"], by);
    let refused = async |origin: &str, kind: &str| {
        let body = json!({"name": "n", "origin": origin, "scopes": [{"type": kind}]});
        call(&org, Method::POST, "/trustedOrigins", &body).await.json()
    };
    let error = refused("example.com", "CORS").await;
    assert_eq!(error["errorSummary"], "Api validation failed: origin");
    assert_eq!(error["errorCauses"], json!([{"errorSummary": "origin: Origin value is not valid"}]));
    let error = refused("https://example.com", "Redirect").await;
    assert_eq!(
        (&error["errorCode"], &error["errorSummary"]),
        (&json!("E0000003"), &json!("The request body was not well-formed."))
    );
}

#[tokio::test]
async fn oktas_scopes_have_oktas_words_and_ask_nobody() {
    let org = org().await;
    let scopes = get(&org, "/authorizationServers/default/scopes").await;
    let named = |name: &str| {
        scopes.as_array().unwrap().iter().find(|scope| scope["name"] == name).expect("the scope")
    };
    let own = named("offline_access");
    let url = format!("{}/api/v1/authorizationServers/default/scopes/{}", org.base_url(), text(own, "id"));
    let expected = json!({
        "id": own["id"], "name": "offline_access", "displayName": "Keep you signed in to the app.",
        "description": "This keeps you signed in to the app, even when you are not using it.", "system": true,
        "metadataPublish": "ALL_CLIENTS", "consent": "IMPLICIT", "optional": false, "apiResourceId": null, "default": false,
        "_links": {"self": {"href": url, "hints": {"allow": ["GET", "PUT", "DELETE"]}}},
    });
    assert_eq!(own, &expected);
    for (name, title) in [
        ("openid", "openid"),
        ("profile", "View your profile information."),
        ("email", "View your email address."),
        ("address", "View your address."),
        ("phone", "View your phone number."),
        ("device_sso", "Request device secret."),
    ] {
        let scope = named(name);
        assert_eq!(
            (&scope["displayName"], &scope["system"], &scope["consent"]),
            (&json!(title), &json!(true), &json!("IMPLICIT")),
            "{name}"
        );
    }
    let account =
        scopes.as_array().unwrap().iter().filter(|scope| text(scope, "name").starts_with("okta.myAccount."));
    assert_eq!(
        account.filter(|scope| scope["system"] == false && scope["consent"] == "IMPLICIT").count(),
        20
    );
    let made = get(&org, &format!("{}/scopes", server(&org).await)).await;
    let names: Vec<_> = made.as_array().unwrap().iter().map(|scope| text(scope, "name")).collect();
    assert_eq!(names, ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"]);
}
