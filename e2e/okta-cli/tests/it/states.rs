//! `cargo okta setup` where things stand that are switched off, or in a mode in which nobody can be assigned.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{Administrator, SPA, bare, okta};

const SERVER: &str = "/api/v1/authorizationServers/default";

/// Where the things are that can be switched off, by what the plan calls them.
async fn switches(administrator: &Administrator<'_>) -> Vec<(String, String)> {
    let mut found = vec![("authorization server default".to_owned(), SERVER.to_owned())];
    for (title, list, member, value) in [
        ("app Grove (single-page)", "/api/v1/apps", "label", "Grove"),
        ("app Grove service", "/api/v1/apps", "label", "Grove service"),
        ("trusted origin", "/api/v1/trustedOrigins", "origin", SPA),
        ("access policy Grove", &format!("{SERVER}/policies"), "name", "Grove"),
    ] {
        let item = administrator.find(list, member, value).await.unwrap();
        found.push((title.to_owned(), format!("{list}/{}", item["id"].as_str().unwrap())));
    }
    let rules = format!("{}/rules", found.last().unwrap().1);
    let rule = administrator.find(&rules, "name", "Grove sign-in").await.unwrap();
    found.push(("rule Grove sign-in".to_owned(), format!("{rules}/{}", rule["id"].as_str().unwrap())));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_switched_off_is_in_the_plan_and_on_after_a_yes() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    let switches = switches(&administrator).await;
    for (_, path) in &switches {
        administrator.send(Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
    }
    let claims = administrator.get(&format!("{SERVER}/claims")).await;
    for claim in claims.as_array().unwrap().iter().filter(|claim| claim["name"] == "groups") {
        let path = format!("{SERVER}/claims/{}", claim["id"].as_str().unwrap());
        administrator.edit(&path, |claim| claim["status"] = "INACTIVE".into()).await;
    }

    let plan = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
    let lines: Vec<_> = plan.out.lines().collect();
    let claims = ["claim groups in access tokens", "claim groups in ID tokens"];
    for title in switches.iter().map(|(title, _)| title.as_str()).chain(claims) {
        let at = lines.iter().position(|line| line.contains(&format!("~ update  {title}")));
        let at = at.unwrap_or_else(|| panic!("{title}: {}", plan.out));
        assert_eq!(lines[at + 1].trim(), "status \"INACTIVE\" → \"ACTIVE\"", "{title}: {}", plan.out);
    }
    for (title, path) in &switches {
        assert_eq!(administrator.get(path).await["status"], "INACTIVE", "{title}");
    }

    let ran = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for (title, path) in &switches {
        assert_eq!(administrator.get(path).await["status"], "ACTIVE", "{title}");
    }
    let again = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
    assert!(!again.out.contains("update"), "{}", again.out);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_switched_off_is_taken_back_too() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let before = administrator.everything().await;
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    for (_, path) in &switches(&administrator).await[1..] {
        administrator.send(Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
    }
    let ran = okta(&folder, &["setup", "--yes", "--remove"], &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(administrator.everything().await, before);
    org.stop().await;
}

/// With Federation Broker Mode everybody may sign in, and the org refuses to assign anybody.
#[tokio::test(flavor = "multi_thread")]
async fn federation_broker_mode_is_left_by_plan_and_the_group_assigned() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let app = json!({
        "name": "oidc_client", "label": "Grove", "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "none"}},
        "settings": {"implicitAssignment": true, "oauthClient": {
            "application_type": "browser", "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": ["http://localhost:8080/login/callback"],
        }},
    });
    let app = administrator.send(Method::POST, "/api/v1/apps", &app).await;
    assert_eq!(app["settings"]["implicitAssignment"], true);
    let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("settings.implicitAssignment true → false"), "{}", ran.out);
    let path = format!("/api/v1/apps/{}", app["id"].as_str().unwrap());
    assert_eq!(administrator.get(&path).await["settings"]["implicitAssignment"], false);
    let groups: Value = administrator.get(&format!("{path}/groups")).await;
    assert_eq!(groups.as_array().unwrap().len(), 1);
    org.stop().await;
}

/// An app that stands is hidden, and begins no sign-in on the dashboard, unless somebody said so.
#[tokio::test(flavor = "multi_thread")]
async fn the_tile_on_the_dashboard_is_put_up_by_plan() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    let app = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    let path = format!("/api/v1/apps/{}", app["id"].as_str().unwrap());
    for mode in ["DISABLED", "OKTA"] {
        administrator
            .edit(&path, |app| {
                app["visibility"]["hide"] = json!({"iOS": true, "web": true});
                app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = mode.into();
            })
            .await;
        let plan = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
        let mode = format!("settings.oauthClient.idp_initiated_login.mode \"{mode}\" → \"SPEC\"");
        for change in [mode.as_str(), "visibility.hide.web true → false", "visibility.hide.iOS true → false"]
        {
            assert!(plan.out.contains(change), "{change}: {}", plan.out);
        }
        assert!(plan.out.contains("Redirect to app to initiate login (OIDC Compliant)"), "{}", plan.out);
        assert!(plan.out.contains("Display application icon to users"), "{}", plan.out);
        let ran = okta(&folder, &["setup", "--yes"], &variables, "").await;
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let now = administrator.get(&path).await;
        assert_eq!(now["settings"]["oauthClient"], app["settings"]["oauthClient"]);
        assert_eq!(now["visibility"], app["visibility"]);
    }
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorization_server_is_found_by_its_id_and_by_its_name() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let id = administrator.get(SERVER).await["id"].as_str().unwrap().to_owned();
    assert_ne!(id, "default");
    let body = json!({"name": "shop", "description": "", "audiences": ["api://shop"]});
    administrator.send(Method::POST, "/api/v1/authorizationServers", &body).await;
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    let same = okta(&folder, &["setup", "--dry-run", "--server", &id], &variables, "").await;
    assert!(same.code == 0 && !same.out.contains("create"), "{}{}", same.out, same.err);
    let other = okta(&folder, &["setup", "--dry-run", "--server", "shop"], &variables, "").await;
    assert!(other.out.contains("create  scope orders:read"), "{}{}", other.out, other.err);
    org.stop().await;
}
