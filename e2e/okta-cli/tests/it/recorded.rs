//! `cargo okta` against an org that answers in the shapes that real ones were seen to answer in.

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::scripted_org::{Lists, SERVER, ScriptedOrg};
use crate::{Ran, SPA, bare, okta};

async fn start(change: impl FnOnce(&mut Lists)) -> (ScriptedOrg, TempDir) {
    let local = bare().start().await.unwrap();
    let keys = local.public_keys();
    local.stop().await;
    (ScriptedOrg::start(keys, change), tempdir().unwrap())
}

async fn setup(org: &ScriptedOrg, folder: &TempDir, args: &[&str]) -> Ran {
    okta(folder, &[&["setup", "--yes"], args].concat(), &org.variables(), "").await
}

fn at(what: &str) -> String {
    format!("/api/v1/authorizationServers/{SERVER}/{what}")
}

fn servers(lists: &mut Lists) -> &mut Vec<Value> {
    lists.get_mut("/api/v1/authorizationServers").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_is_set_up_once_and_left_as_it_was() {
    let (org, folder) = start(|_| {}).await;
    let before = org.everything();
    let first = setup(&org, &folder, &[]).await;
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    org.changes();
    let second = setup(&org, &folder, &[]).await;
    assert_eq!((second.code, org.changes()), (0, Vec::new()), "{}{}", second.out, second.err);
    let issuer = format!("OKTA_OAUTH2_ISSUER={}/oauth2/default\n", org.url);
    assert!(std::fs::read_to_string(folder.path().join(".env")).unwrap().contains(&issuer));

    let removed = setup(&org, &folder, &["--remove"]).await;
    assert_eq!(removed.code, 0, "{}{}", removed.out, removed.err);
    assert_eq!(org.everything(), before, "{}", removed.out);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_server_is_found_whatever_it_is_called() {
    for change in [
        (|server: &mut Value| server["default"] = Value::Null) as fn(&mut Value),
        |server| server["name"] = "People".into(),
        |_| {},
    ] {
        let (org, folder) = start(|lists| {
            let other = json!({"id": "aus2", "name": "Machines", "default": false, "status": "ACTIVE"});
            servers(lists).insert(0, other);
            change(&mut servers(lists)[1]);
        })
        .await;
        let ran = setup(&org, &folder, &[]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert!(org.list(&at("scopes")).iter().any(|scope| scope["name"] == "orders:read"), "{}", ran.out);
        org.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_another_kind_is_left_alone() {
    for mode in ["BOOKMARK", "SAML_2_0", "AUTO_LOGIN", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE"] {
        let app = json!({
            "id": "0oaother", "name": "other", "label": "Grove", "status": "ACTIVE", "signOnMode": mode,
            "settings": {"app": {}, "implicitAssignment": false}, "credentials": {},
        });
        let (org, folder) = start(|lists| drop(lists.insert("/api/v1/apps".to_owned(), vec![app]))).await;
        for args in [&[][..], &["--remove"]] {
            let ran = setup(&org, &folder, args).await;
            assert_eq!(org.changes(), Vec::<String>::new(), "{mode}: {}{}", ran.out, ran.err);
            assert!((ran.out + &ran.err).contains("0oaother"), "{mode}");
        }
        org.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_inactive_is_activated_and_nothing_else_changed() {
    let (org, folder) = start(|_| {}).await;
    setup(&org, &folder, &[]).await;
    let wanted = org.everything();
    org.edit(|lists| {
        for (path, items) in lists.iter_mut().filter(|(path, _)| !path.ends_with("/scopes")) {
            let switched =
                items.iter_mut().filter(|item| item["system"] != true && !path.ends_with("groups"));
            switched.for_each(|item| item["status"] = "INACTIVE".into());
        }
    });
    org.changes();
    let ran = setup(&org, &folder, &[]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(org.everything(), wanted, "{}", ran.out);
    let changes = org.changes();
    let activated = changes.iter().filter(|change| change.ends_with("/lifecycle/activate")).count();
    // Server, two apps, origin, policy, rule; the two claims have their status in their body.
    assert_eq!((activated, changes.len()), (6, 8), "{changes:?}");
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn federation_broker_mode_is_left_before_anybody_is_assigned() {
    let (org, folder) = start(|_| {}).await;
    setup(&org, &folder, &[]).await;
    org.edit(|lists| {
        let apps = lists.get_mut("/api/v1/apps").unwrap();
        apps[0]["settings"]["implicitAssignment"] = true.into();
        lists.retain(|path, _| !(path.starts_with("/api/v1/apps/") && path.ends_with("/groups")));
    });
    let ran = setup(&org, &folder, &[]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("settings.implicitAssignment true → false"), "{}", ran.out);
    org.stop().await;
}

/// What the doctor says of one thing.
async fn line(org: &ScriptedOrg, folder: &TempDir, check: &str) -> Value {
    let mut variables = org.variables();
    variables.push(("SPA_ORIGINS", SPA.to_owned()));
    let ran = okta(folder, &["doctor", "--json"], &variables, "").await;
    let findings: Value = serde_json::from_str(&ran.out).unwrap();
    let lines = findings["checks"].as_array().unwrap();
    lines.iter().find(|line| line["check"] == check).unwrap().clone()
}

/// An administrator of apps and authorization servers sees neither people nor groups.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_tokens_owner_may_not_see_stops_no_other_check() {
    let (org, folder) = start(|_| {}).await;
    setup(&org, &folder, &[]).await;
    org.forbid(&["/api/v1/groups", "/api/v1/users", "/api/v1/trustedOrigins"]);
    for check in ["administrator", "assignment", "policy", "groups-claim"] {
        let found = line(&org, &folder, check).await;
        assert_eq!(found["verdict"], "ok", "{found:#}");
    }
    org.forbid(&["/api/v1/authorizationServers"]);
    let found = line(&org, &folder, "administrator").await;
    assert!(found["cause"].as_str().unwrap().contains("E0000006"), "{found:#}");
    org.stop().await;
}

/// Policies that decide by their order, their conditions and all of the scopes.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_evaluates_policies_and_warns_of_what_it_cannot_know() {
    let (org, folder) = start(|_| {}).await;
    setup(&org, &folder, &[]).await;
    let policy = |name: &str, priority: u32| {
        json!({
            "id": format!("00p{name}"), "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": name,
            "priority": priority, "system": false, "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
        })
    };
    let rule = |name: &str, grants: Value, scopes: Value| {
        json!({
            "id": format!("0pr{name}"), "type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": name, "priority": 1,
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": grants}, "scopes": {"include": scopes},
            },
        })
    };
    org.edit(|lists| {
        lists.get_mut(&at("policies")).unwrap().iter_mut().for_each(|policy| policy["priority"] = 3.into());
        lists.get_mut(&at("policies")).unwrap().extend([policy("services", 1), policy("openid", 2)]);
        let services = rule("machines", json!(["client_credentials"]), json!(["*"]));
        let openid = rule("people", json!(["authorization_code"]), json!(["openid", "profile"]));
        lists.insert(at("policies/00pservices/rules"), vec![services]);
        lists.insert(at("policies/00popenid/rules"), vec![openid]);
    });
    let line = async |check: &str| line(&org, &folder, check).await;
    let found = line("policy").await;
    assert_eq!(found["verdict"], "ok", "{found:#}");
    assert_eq!(found["cause"], "policy Grove, rule Grove sign-in");
    // No header says that the shop's pages may call the org, and a browser alone knows what comes of it.
    assert_eq!(line("trusted-origin").await["verdict"], "warned");
    assert_eq!(line("groups-claim").await["verdict"], "ok");

    org.edit(|lists| lists.get_mut(&at("policies")).unwrap().retain(|policy| policy["priority"] != 3));
    let found = line("policy").await;
    assert_eq!(found["verdict"], "failed", "{found:#}");
    for told in [
        "members of the group Everyone get access_denied",
        "policy services, rule machines: it is not for Authorization Code",
        "policy openid, rule people: it does not allow email, offline_access, orders:read, orders:write",
    ] {
        assert!(found["cause"].as_str().unwrap().contains(told), "{told}: {found:#}");
    }
    org.stop().await;
}
