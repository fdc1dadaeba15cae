//! The part of the management API that is here.

mod app_assignments;
mod app_flows;
mod app_keys;
mod app_schemas;
mod apps;
mod associated_servers;
mod authorization_servers;
mod client_assertions;
mod client_grants;
mod client_keys;
mod events;
mod factors;
mod group_rules;
mod groups;
mod inactive;
mod integrations;
mod origins;
mod policies;
mod recorded_apps;
mod recorded_servers;
mod refresh_tokens;
mod refusals;
mod roles_and_owners;
mod sessions;
mod universal_logout;
mod user_credentials;
mod user_schemas;
mod user_shapes;
mod users;

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, builder, http, org, post};

pub(crate) use factors::code as totp;

pub(crate) async fn call(org: &RunningOrg, method: Method, path: &str, body: &Value) -> Answer {
    let request = http().request(method, format!("{}/api/v1{path}", org.base_url()));
    let request = request.header("Authorization", format!("SSWS {}", org.api_token().expose()));
    Answer::to(if body.is_null() { request } else { request.json(body) }).await
}

pub(crate) async fn get(org: &RunningOrg, path: &str) -> Value {
    call(org, Method::GET, path, &Value::Null).await.json()
}

/// A confidential app that people sign in to.
pub(crate) fn web_app(label: &str) -> Value {
    let mut body = spa(label);
    body["settings"]["oauthClient"]["application_type"] = json!("web");
    body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!("client_secret_post");
    body
}

fn spa(label: &str) -> Value {
    json!({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "none"}},
        "settings": {"oauthClient": {
            "application_type": "browser", "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"], "redirect_uris": ["http://localhost:8080/login/callback"],
            "post_logout_redirect_uris": ["http://localhost:8080"],
        }},
    })
}

#[tokio::test]
async fn only_the_token_opens_it() {
    let org = org().await;
    let url = format!("{}/api/v1/apps", org.base_url());
    let without = Answer::to(http().get(&url)).await;
    assert_eq!((without.status.as_u16(), &without.json()["errorCode"]), (403, &json!("E0000005")));
    let token = org.api_token();
    for header in [format!("SSWS {}", token.expose()), format!("SSWS{}", token.expose())] {
        let right = Answer::to(http().get(&url).header("Authorization", header)).await;
        assert_eq!(right.status, 200, "with a space or, as Okta's Python SDK has it, without");
    }
    let bare = token.expose().to_owned();
    for header in ["SSWS nope", "SSWSnope", "Bearer x", "SSWS ", "SSWS", &bare, &format!("SSWS  {bare}")] {
        let wrong = Answer::to(http().get(&url).header("Authorization", header)).await;
        assert_eq!(
            (wrong.status.as_u16(), &wrong.json()["errorCode"]),
            (401, &json!("E0000011")),
            "{header}"
        );
    }
    assert!(!format!("{:?}", org.api_token()).contains(org.api_token().expose()));
    let token = format!("SSWS {}", org.api_token().expose());
    let rebound = http().get(&url).header("Authorization", &token).header("Host", "evil.example");
    assert_eq!(Answer::to(rebound).await.status, 403, "a stranger's name leads nowhere");
    // The browser's own session is another matter and needs no such token.
    let me = Answer::to(http().get(format!("{}/api/v1/sessions/me", org.base_url()))).await;
    assert_eq!(me.status, 404);
}

#[tokio::test]
async fn an_app_is_made_assigned_used_changed_and_deleted() {
    let org = org().await;
    let app = call(&org, Method::POST, "/apps", &spa("Made")).await;
    assert_eq!(app.status, 200, "{app:?}");
    let app = app.json();
    let id = app["id"].as_str().unwrap().to_owned();
    assert_eq!(app["credentials"]["oauthClient"]["client_id"], id);
    assert_eq!(
        app["settings"]["oauthClient"]["refresh_token"],
        json!({"rotation_type": "ROTATE", "leeway": 30})
    );
    let by = [("client_id", Some(id.as_str()))];
    let browser = Browser::new(&org);
    let page = browser.authorize(&by).await;
    let refused = browser.sign_in(&page, crate::browser::ALICE, crate::browser::PASSWORD).await;
    assert_eq!(refused.returned("error").as_deref(), Some("access_denied"), "nobody has it yet");
    let everyone = get(&org, "/groups?q=every").await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/apps/{id}/groups/{everyone}");
    assert_eq!(call(&org, Method::PUT, &path, &json!({})).await.status, 200);
    assert_eq!(get(&org, &format!("/apps/{id}/groups")).await[0]["id"], everyone);
    browser.authorize(&by).await.code();
    let mut changed = spa("Changed");
    changed["settings"]["oauthClient"]["redirect_uris"] = json!(["http://localhost:8080/other"]);
    assert_eq!(call(&org, Method::PUT, &format!("/apps/{id}"), &changed).await.json()["label"], "Changed");
    assert_eq!(browser.authorize(&by).await.status, 400, "the former address is no longer registered");
    assert_eq!(call(&org, Method::DELETE, &format!("/apps/{id}"), &Value::Null).await.status, 403);
    call(&org, Method::POST, &format!("/apps/{id}/lifecycle/deactivate"), &json!({})).await;
    assert!(
        browser.authorize(&by).await.body.contains("Invalid value for &#39;client_id&#39;")
            || browser.authorize(&by).await.body.contains("Invalid value for 'client_id'")
    );
    assert_eq!(call(&org, Method::DELETE, &format!("/apps/{id}"), &Value::Null).await.status, 204);
    let gone = call(&org, Method::GET, &format!("/apps/{id}"), &Value::Null).await;
    assert_eq!(gone.json()["errorSummary"], format!("Not found: Resource not found: {id} (AppInstance)"));
}

#[tokio::test]
async fn a_service_that_is_made_has_a_secret_that_works() {
    let org = org().await;
    let body = json!({
        "name": "oidc_client", "label": "Export", "signOnMode": "OPENID_CONNECT",
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"]}},
    });
    let app = call(&org, Method::POST, "/apps", &body).await.json();
    let credentials = &app["credentials"]["oauthClient"];
    let form = okta_types::Form::new()
        .with("grant_type", "client_credentials")
        .with("scope", "orders:read")
        .with("client_id", credentials["client_id"].as_str().unwrap())
        .with("client_secret", credentials["client_secret"].as_str().unwrap());
    assert_eq!(post(&org, "token", &form, &[]).await.status, 200);
}

#[tokio::test]
async fn what_will_not_do_is_named() {
    let org = org().await;
    let refused = async |change: fn(&mut Value)| {
        let mut body = spa("New");
        change(&mut body);
        let answer = call(&org, Method::POST, "/apps", &body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let error = answer.json();
        assert_eq!(error["errorCode"], "E0000001", "{error}");
        assert!(!error["errorCauses"][0]["errorSummary"].as_str().unwrap().is_empty());
        error["errorSummary"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(|b| b["label"] = json!("")).await, "Api validation failed: label");
    assert_eq!(refused(|b| b["name"] = json!("saml")).await, "Api validation failed: name");
    let kind = refused(|b| b["settings"]["oauthClient"]["application_type"] = json!("robot")).await;
    assert_eq!(kind, "Api validation failed: application_type");
    let grant = refused(|b| b["settings"]["oauthClient"]["grant_types"] = json!(["magic"])).await;
    assert_eq!(grant, "Api validation failed: grant_types");
    for uris in [json!([]), json!(["/cb"]), json!(["http://a/#x"])] {
        let mut body = spa("New");
        body["settings"]["oauthClient"]["redirect_uris"] = uris;
        assert_eq!(call(&org, Method::POST, "/apps", &body).await.status, 400);
    }
    let torn = http().post(format!("{}/api/v1/apps", org.base_url())).body("{");
    let torn = torn.header("Authorization", format!("SSWS {}", org.api_token().expose()));
    assert_eq!(Answer::to(torn).await.json()["errorCode"], "E0000003");
}

#[tokio::test]
async fn lists_come_in_pages_with_links() {
    let org = org().await;
    let mut path = "/apps?limit=2".to_owned();
    let mut labels = Vec::new();
    for page in 0.. {
        let answer = call(&org, Method::GET, &path, &Value::Null).await;
        labels.extend(answer.json().as_array().unwrap().iter().map(|app| app["label"].clone()));
        let links: Vec<_> =
            answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
        assert!(links[0].ends_with("rel=\"self\""));
        let Some(next) = links.get(1) else {
            assert_eq!(page, 1);
            break;
        };
        let url = next.strip_prefix('<').and_then(|next| next.strip_suffix(">; rel=\"next\"")).unwrap();
        path = url.split_once("/api/v1").unwrap().1.to_owned();
    }
    assert_eq!(labels, ["Grove", "Other", "Grove backend"]);
    assert_eq!(get(&org, "/apps?q=grove").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn origins_scopes_servers_people_and_the_log_are_there() {
    let org = builder().start().await.unwrap();
    let origin = json!({"name": "Shop", "origin": "http://shop.example", "scopes": [{"type": "CORS"}]});
    let made = call(&org, Method::POST, "/trustedOrigins", &origin).await.json();
    let cors = async || {
        let request = http().get(format!("{}/v1/keys", org.issuer())).header("Origin", "http://shop.example");
        Answer::to(request).await.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(cors().await.as_deref(), Some("http://shop.example"));
    let path = format!("/trustedOrigins/{}", made["id"].as_str().unwrap());
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(cors().await, None);
    let more = json!({"name": "Shop", "origin": "http://shop.example/shop", "scopes": [{"type": "CORS"}]});
    assert_eq!(call(&org, Method::POST, "/trustedOrigins", &more).await.status, 400);
    let slash = json!({"name": "Shop", "origin": "http://shop.example/", "scopes": [{"type": "CORS"}]});
    let kept = call(&org, Method::POST, "/trustedOrigins", &slash).await.json();
    assert_eq!((&kept["origin"], cors().await.as_deref()), (&slash["origin"], Some("http://shop.example")));

    let server = &get(&org, "/authorizationServers").await[0];
    assert_eq!((&server["name"], &server["issuer"]), (&json!("default"), &json!(org.issuer().as_str())));
    let scope = json!({"name": "beds:read", "consent": "REQUIRED"});
    assert_eq!(call(&org, Method::POST, "/authorizationServers/default/scopes", &scope).await.status, 201);
    let answer = Browser::new(&org).authorize(&[("scope", Some("openid beds:read"))]).await;
    assert!(answer.is_sign_in_page());
    assert_eq!(get(&org, "/users/alice@example.com").await["profile"]["firstName"], "Alice");
    let group = call(&org, Method::POST, "/groups", &json!({"profile": {"name": "new"}})).await.json();
    let alice = get(&org, "/users?q=alice").await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/groups/{}/users/{alice}", group["id"].as_str().unwrap());
    assert_eq!(call(&org, Method::PUT, &path, &json!({})).await.status, 204);
    let tokens = crate::browser::tokens(&org).await;
    let claims = crate::browser::parts(crate::browser::text(&tokens, "access_token")).1;
    assert_eq!(claims["groups"], json!(["new"]));
    assert!(get(&org, "/logs").await.as_array().unwrap().len() >= 3);
}

#[tokio::test]
async fn policies_and_rules_are_made_and_decide() {
    let org = org().await;
    let policies = "/authorizationServers/default/policies";
    let usual = get(&org, policies).await[0].clone();
    assert_eq!(
        (&usual["name"], &usual["conditions"]["clients"]["include"]),
        (&json!("Default Policy"), &json!(["ALL_CLIENTS"]))
    );
    let rules = get(&org, &format!("{policies}/{}/rules", usual["id"].as_str().unwrap())).await;
    assert_eq!(rules[0]["actions"]["token"]["accessTokenLifetimeMinutes"], 60);
    let first = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": "Grove first", "priority": 1,
        "conditions": {"clients": {"include": [org.client_id()]}},
    });
    let made = call(&org, Method::POST, policies, &first).await;
    assert_eq!((made.status.as_u16(), &made.json()["priority"]), (201, &json!(1)));
    let path = format!("{policies}/{}/rules", made.json()["id"].as_str().unwrap());
    let rule = |minutes: u64| {
        json!({
            "type": "RESOURCE_ACCESS", "name": "short",
            "conditions": {
                "people": {"groups": {"include": ["EVERYONE"]}}, "grantTypes": {"include": ["authorization_code"]},
                "scopes": {"include": ["openid", "profile"]},
            },
            "actions": {"token": {"accessTokenLifetimeMinutes": minutes}},
        })
    };
    assert_eq!(call(&org, Method::POST, &path, &rule(4)).await.status, 400);
    assert_eq!(call(&org, Method::POST, &path, &rule(10)).await.status, 201);
    let browser = Browser::new(&org);
    let code = browser.code_for(crate::browser::ALICE, &[("scope", Some("openid profile"))]).await;
    assert_eq!(crate::browser::redeem(&org, &code, &[]).await.json()["expires_in"], 600);
    let code = browser.authorize(&[("scope", Some("openid email"))]).await.code();
    let usual = crate::browser::redeem(&org, &code, &[]).await.json();
    assert_eq!(usual["expires_in"], 3600, "the first policy lacks that scope, the next has it");
    let path = format!("{policies}/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    browser.authorize(&[("scope", Some("openid email"))]).await.code();
}
