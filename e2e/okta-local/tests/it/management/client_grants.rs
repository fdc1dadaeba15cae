//! What people and administrators grant apps: consents, scopes of Okta's own APIs, and apps on the dashboard.

use okta_local::{App, RunningOrg};
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Browser, CALLBACK, PASSWORD, builder, org, text};

const SCOPE: (&str, Option<&str>) = ("scope", Some("openid orders:read orders:write"));

/// An org whose app asks people, and alice said yes to two scopes.
async fn consented() -> RunningOrg {
    let app = App::spa("Grove").redirect_uri(CALLBACK).consent_required();
    let org = builder().app(app).start().await.expect("an org");
    for name in ["orders:read", "orders:write"] {
        let scopes = get(&org, "/authorizationServers/default/scopes").await;
        let scope = scopes.as_array().expect("a list").iter().find(|scope| scope["name"] == name);
        let scope = scope.expect("a scope of that name");
        let mut body = scope.clone();
        body["consent"] = json!("REQUIRED");
        let path = format!("/authorizationServers/default/scopes/{}", text(scope, "id"));
        assert_eq!(call(&org, Method::PUT, &path, &body).await.status, 200);
    }
    let browser = Browser::new(&org);
    let page = browser.authorize(&[SCOPE]).await;
    let to_consent = browser.sign_in(&page, ALICE, PASSWORD).await;
    let page = browser.get(to_consent.location()).await;
    let form = Form::new().with("stateToken", &page.field("stateToken")).with("consent", "allow");
    browser.post(&format!("{}/login/consent", org.base_url()), &form).await.code();
    org
}

async fn asks_consent(org: &RunningOrg) -> bool {
    let browser = Browser::new(org);
    let page = browser.authorize(&[SCOPE]).await;
    !browser.sign_in(&page, ALICE, PASSWORD).await.location().starts_with(CALLBACK)
}

#[tokio::test]
async fn what_somebody_allowed_is_listed_and_revoked_and_then_asked_about_anew() {
    let org = consented().await;
    assert!(!asks_consent(&org).await);
    let alice = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let path = format!("/users/{alice}/grants");
    let grants = get(&org, &path).await;
    assert_eq!(grants.as_array().map(Vec::len), Some(2), "{grants}");
    let grant = &grants[0];
    let mut names: Vec<_> = grant.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "_links",
        "clientId",
        "created",
        "id",
        "issuer",
        "lastUpdated",
        "scopeId",
        "source",
        "status",
        "userId",
    ];
    assert_eq!(names, expected);
    assert!(text(grant, "id").starts_with("oag") && text(grant, "scopeId").starts_with("scp"));
    assert_eq!((&grant["source"], &grant["userId"]), (&json!("END_USER"), &json!(alice)));
    let own = json!({"href": format!("{}/api/v1{path}/{}", org.base_url(), text(grant, "id")), "hints": {"allow": ["GET", "DELETE"]}});
    assert_eq!((&grant["_links"]["self"], &grant["_links"]["app"]["title"]), (&own, &json!("Grove")));
    let one = format!("{path}/{}", text(grant, "id"));
    assert_eq!(get(&org, &one).await, *grant);
    let expanded = get(&org, &format!("{path}?expand=scope&scopeId={}", text(grant, "scopeId"))).await;
    assert_eq!(expanded.as_array().map(Vec::len), Some(1));
    assert_eq!(expanded[0]["_embedded"]["scope"]["name"], "orders:read");
    let of_client = format!("/users/{alice}/clients/{}/grants", org.client_id());
    assert_eq!(get(&org, &of_client).await, grants);
    assert_eq!(get(&org, &format!("/users/{alice}/clients")).await[0]["client_id"], org.client_id());
    assert_eq!(call(&org, Method::DELETE, &one, &Value::Null).await.status, 204);
    assert!(asks_consent(&org).await, "one of the two is missing");
    let gone = call(&org, Method::DELETE, &one, &Value::Null).await;
    let summary = format!("Not found: Resource not found: {} (OAuth2ScopeConsentGrant)", text(grant, "id"));
    assert_eq!((gone.status.as_u16(), text(&gone.json(), "errorSummary").to_owned()), (404, summary));
    assert_eq!(call(&org, Method::DELETE, &of_client, &Value::Null).await.status, 204);
    assert_eq!(get(&org, &path).await, json!([]));
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204, "nothing is left");
    let log = get(&org, "/logs?filter=eventType%20sw%20%22app.oauth2.as.consent%22").await;
    let names: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    let expected = [
        "app.oauth2.as.consent.grant",
        "app.oauth2.as.consent.revoke",
        "app.oauth2.as.consent.revoke.user.client",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_scope_of_oktas_api_is_granted_read_and_revoked() {
    let org = org().await;
    let path = format!("/apps/{}/grants", org.client_id());
    assert_eq!(get(&org, &path).await, json!([]));
    let body = |scope: &str| json!({"issuer": org.base_url(), "scopeId": scope});
    let granted = call(&org, Method::POST, &path, &body("okta.roles.read")).await;
    let grant = granted.json();
    assert_eq!(granted.status, 200, "{grant}");
    assert_eq!(grant["_embedded"], json!({"scope": {"id": "okta.roles.read"}}));
    let mut bare = grant.clone();
    bare.as_object_mut().unwrap().remove("_embedded");
    let mut names: Vec<_> = bare.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "_links",
        "clientId",
        "created",
        "createdBy",
        "id",
        "issuer",
        "lastUpdated",
        "scopeId",
        "source",
        "status",
    ];
    assert_eq!(names, expected);
    let administrator = get(&org, "/users/me").await;
    assert_eq!(bare["createdBy"], json!({"id": administrator["id"], "type": "User"}));
    assert_eq!((&bare["issuer"], &bare["source"]), (&json!(org.base_url()), &json!("ADMIN")));
    assert_eq!(get(&org, &path).await, json!([bare]));
    let again = call(&org, Method::POST, &path, &body("okta.roles.read")).await.json();
    assert_eq!(again["id"], grant["id"], "granted once");
    for refused in
        [body("orders:read"), json!({"issuer": "http://other.example", "scopeId": "okta.apps.read"})]
    {
        assert_eq!(call(&org, Method::POST, &path, &refused).await.json()["errorCode"], "E0000001");
    }
    let own = format!("{path}/{}", text(&grant, "id"));
    assert_eq!(get(&org, &own).await, bare);
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::GET, &own, &Value::Null).await.status, 404);
    let log = get(&org, "/logs?filter=eventType%20sw%20%22app.oauth2.admin.consent%22").await;
    let names: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    assert_eq!(names, ["app.oauth2.admin.consent.grant", "app.oauth2.admin.consent.revoke"]);
}

#[tokio::test]
async fn apps_that_are_assigned_and_visible_are_on_the_dashboard() {
    let org = org().await;
    let links = format!("/users/{ALICE}/appLinks");
    assert_eq!(get(&org, &links).await, json!([]), "OAuth clients are hidden unless somebody says otherwise");
    let bookmark = |label: &str| {
        json!({
            "name": "bookmark", "label": label, "signOnMode": "BOOKMARK",
            "settings": {"app": {"requestIntegration": false, "url": "http://garden.example"}},
        })
    };
    let made = call(&org, Method::POST, "/apps", &bookmark("Garden")).await.json();
    let mut hidden = bookmark("Hidden");
    hidden["visibility"] = json!({"hide": {"iOS": true, "web": true}});
    let hidden = call(&org, Method::POST, "/apps", &hidden).await.json();
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    for app in [&made, &hidden] {
        let path = format!("/apps/{}/groups/{everyone}", text(app, "id"));
        assert_eq!(call(&org, Method::PUT, &path, &json!({})).await.status, 200);
    }
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let shown = get(&org, &links).await;
    assert_eq!(shown.as_array().map(Vec::len), Some(1), "{shown}");
    let link = &shown[0];
    let expected = json!({
        "id": alice["id"], "label": "Garden", "linkUrl": made["_links"]["appLinks"][0]["href"],
        "logoUrl": made["_links"]["logo"][0]["href"], "appName": "bookmark", "appInstanceId": made["id"],
        "appAssignmentId": link["appAssignmentId"], "credentialsSetup": false, "hidden": false, "sortOrder": 0,
    });
    assert_eq!(*link, expected);
    let path = format!("/apps/{}/lifecycle/deactivate", text(&made, "id"));
    call(&org, Method::POST, &path, &Value::Null).await;
    assert_eq!(get(&org, &links).await, json!([]));
}
