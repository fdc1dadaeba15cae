//! Apps beside those of browsers and services: bookmarks, SAML, web apps, and those that everybody may use.

use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get, spa};
use crate::browser::{ALICE, Browser, PASSWORD, org, post, redemption, text};

fn bookmark() -> Value {
    json!({
        "name": "bookmark", "label": "Grove", "signOnMode": "BOOKMARK",
        "settings": {"app": {"requestIntegration": false, "url": "https://example.com/bookmark.htm"}},
    })
}

fn saml() -> Value {
    json!({
        "label": "Grove", "signOnMode": "SAML_2_0",
        "settings": {"signOn": {"ssoAcsUrl": "https://example.com/acs", "audience": "https://example.com"}},
    })
}

#[tokio::test]
async fn an_app_that_is_no_client_is_kept_shown_assigned_and_deleted() {
    let org = org().await;
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    for (body, name) in [(bookmark(), "bookmark"), (saml(), "okta-local_grove_1")] {
        let made = call(&org, Method::POST, "/apps", &body).await;
        assert_eq!(made.status, 200, "{made:?}");
        let app = made.json();
        assert_eq!((text(&app, "name"), &app["label"]), (name, &json!("Grove")));
        assert_eq!((&app["signOnMode"], &app["status"]), (&body["signOnMode"], &json!("ACTIVE")));
        for (part, given) in body["settings"].as_object().unwrap() {
            assert_eq!(&app["settings"][part], given, "{part}");
        }
        assert!(
            app["settings"].get("oauthClient").is_none() && app["credentials"].get("oauthClient").is_none()
        );
        let path = format!("/apps/{}", text(&app, "id"));
        assert_eq!(get(&org, &path).await, app);
        let found = get(&org, &format!("/apps?filter=name%20eq%20%22{name}%22")).await;
        assert_eq!(found, json!([app]));
        let labelled = get(&org, "/apps?q=Grove").await;
        assert!(labelled.as_array().unwrap().contains(&app), "beside the clients of that label");
        let group = format!("{path}/groups/{everyone}");
        assert_eq!(call(&org, Method::PUT, &group, &json!({})).await.status, 200);
        let mut renamed = app.clone();
        renamed["label"] = json!("Renamed");
        assert_eq!(call(&org, Method::PUT, &path, &renamed).await.json()["label"], "Renamed");
        let other = call(&org, Method::PUT, &path, &spa("Grove")).await;
        assert_eq!(other.json()["errorSummary"], "Api validation failed: signOnMode", "it stays what it is");
        let refused = call(&org, Method::DELETE, &path, &Value::Null).await.json();
        let cause = "The application must be deactivated before deletion.";
        assert_eq!(refused["errorCauses"][0]["errorSummary"], cause);
        call(&org, Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
        assert_eq!(get(&org, &path).await["status"], "INACTIVE");
        assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    }
}

#[tokio::test]
async fn an_app_that_is_no_client_has_no_client_id() {
    let org = org().await;
    let id = text(&call(&org, Method::POST, "/apps", &bookmark()).await.json(), "id").to_owned();
    let page = Browser::new(&org).authorize(&[("client_id", Some(&id))]).await;
    assert_eq!(page.status, 400);
    let form = Form::new().with("grant_type", "refresh_token").with("client_id", &id);
    assert_eq!(post(&org, "token", &form, &[]).await.error().0, "invalid_client");
    let policy = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": "Theirs", "conditions": {"clients": {"include": [id]}},
    });
    let refused = call(&org, Method::POST, "/authorizationServers/default/policies", &policy).await;
    assert_eq!(refused.json()["errorSummary"], "Api validation failed: conditions.clients.include");
}

#[tokio::test]
async fn what_such_an_app_lacks_is_named() {
    let org = org().await;
    let refused = async |change: fn(&mut Value)| {
        let mut body = bookmark();
        change(&mut body);
        let answer = call(&org, Method::POST, "/apps", &body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        text(&answer.json(), "errorSummary").to_owned()
    };
    assert_eq!(refused(|b| b["label"] = json!(" ")).await, "Api validation failed: label");
    assert_eq!(refused(|b| b["name"] = json!("oidc_client")).await, "Api validation failed: name");
    assert_eq!(refused(|b| b["settings"]["app"]["url"] = json!("/x")).await, "Api validation failed: url");
    assert_eq!(refused(|b| b["signOnMode"] = json!("TELEPATHY")).await, "Api validation failed: name");
}

#[tokio::test]
async fn a_web_app_signs_people_in_with_its_secret() {
    let org = org().await;
    let mut body = spa("Server side");
    body["settings"]["oauthClient"]["application_type"] = json!("web");
    body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!("client_secret_post");
    let app = call(&org, Method::POST, "/apps", &body).await.json();
    let credentials = &app["credentials"]["oauthClient"];
    let (id, secret) = (text(credentials, "client_id"), text(credentials, "client_secret"));
    assert_eq!(app["settings"]["oauthClient"]["application_type"], "web");
    assert!(!org.service_clients().iter().any(|service| service.client_id == id), "no service");
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    call(&org, Method::PUT, &format!("/apps/{id}/groups/{everyone}"), &json!({})).await;
    let code = Browser::new(&org).code_for(ALICE, &[("client_id", Some(id))]).await;
    let without = redemption(&org, &code, &[("client_id", Some(id))]);
    assert_eq!(post(&org, "token", &without, &[]).await.error().1, "No client credentials found.");
    let code = Browser::new(&org).code_for(ALICE, &[("client_id", Some(id))]).await;
    let form = redemption(&org, &code, &[("client_id", Some(id)), ("client_secret", Some(secret))]);
    assert_eq!(post(&org, "token", &form, &[]).await.status, 200);
}

#[tokio::test]
async fn in_federation_broker_mode_everybody_signs_in_and_nobody_is_assigned() {
    const CAROL: &str = "carol@example.com";
    let org = org().await;
    let path = format!("/apps/{}", org.client_id());
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    let alice = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let refused = browser.sign_in(&page, CAROL, PASSWORD).await;
    assert_eq!(refused.returned("error").as_deref(), Some("access_denied"));

    let mut app = get(&org, &path).await;
    app["settings"]["implicitAssignment"] = json!(true);
    assert_eq!(call(&org, Method::PUT, &path, &app).await.json()["settings"]["implicitAssignment"], true);
    Browser::new(&org).code_for(CAROL, &[]).await;
    assert_eq!(get(&org, &format!("{path}/users")).await, json!([]), "nobody is listed");
    let group = call(&org, Method::PUT, &format!("{path}/groups/{everyone}"), &json!({})).await;
    assert_eq!(group.status, 400);
    assert_eq!(group.json()["errorSummary"], "Api validation failed: GroupAppAssignment");
    let cause =
        "It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled";
    assert_eq!(group.json()["errorCauses"][0]["errorSummary"], cause);
    let user = call(&org, Method::POST, &format!("{path}/users"), &json!({"id": alice})).await;
    assert_eq!(user.status, 400);

    app["settings"]["implicitAssignment"] = json!(false);
    call(&org, Method::PUT, &path, &app).await;
    let users = get(&org, &format!("{path}/users")).await;
    assert_eq!(users.as_array().unwrap().len(), 2, "who had it has it again");
    let mut service = json!({
        "name": "oidc_client", "label": "Export", "signOnMode": "OPENID_CONNECT",
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"]}},
    });
    service["settings"]["implicitAssignment"] = json!(true);
    assert_eq!(call(&org, Method::POST, "/apps", &service).await.status, 400, "there is nobody to let in");
}
