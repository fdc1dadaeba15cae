//! The System Log: what is written into it, and how it is asked.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get, spa};
use crate::browser::{ALICE, Browser, org, post, text, tokens};

async fn types(org: &RunningOrg, query: &str) -> Vec<String> {
    let events = get(org, &format!("/logs?{query}")).await;
    events.as_array().expect("a list").iter().map(|event| text(event, "eventType").to_owned()).collect()
}

#[tokio::test]
async fn what_an_administrator_does_is_written_down() {
    let org = org().await;
    let app = call(&org, Method::POST, "/apps", &spa("Made")).await.json();
    let path = format!("/apps/{}", text(&app, "id"));
    call(&org, Method::PUT, &path, &spa("Changed")).await;
    let group = call(&org, Method::POST, "/groups", &json!({"profile": {"name": "new"}})).await.json();
    let group_path = format!("/groups/{}", text(&group, "id"));
    call(&org, Method::PUT, &format!("{group_path}/users/{ALICE}"), &Value::Null).await;
    call(&org, Method::PUT, &format!("{path}/groups/{}", text(&group, "id")), &json!({})).await;
    call(&org, Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
    call(&org, Method::DELETE, &path, &Value::Null).await;
    call(&org, Method::POST, "/authorizationServers/default/scopes", &json!({"name": "beds:dig"})).await;
    assert_eq!(
        types(&org, "").await,
        [
            "application.lifecycle.create",
            "application.lifecycle.update",
            "group.lifecycle.create",
            "group.user_membership.add",
            "group.application_assignment.add",
            "application.lifecycle.deactivate",
            "application.lifecycle.delete",
            "oauth2.scope.created",
        ]
    );
    let first = get(&org, "/logs?limit=1").await[0].clone();
    assert_eq!(first["target"][0]["id"], app["id"]);
    assert_eq!(
        (&first["target"][0]["type"], &first["actor"]["type"]),
        (&json!("AppInstance"), &json!("User"))
    );
    assert_eq!(text(&first, "uuid").len(), 36);
}

#[tokio::test]
async fn the_log_is_asked_by_time_filter_words_and_order() {
    let org = org().await;
    tokens(&org).await;
    org.advance_clock(std::time::Duration::from_secs(3600));
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "new"}})).await;
    let all = types(&org, "").await;
    assert_eq!(all[0], "user.session.start");
    assert!(all.iter().any(|name| name == "app.oauth2.as.token.grant.access_token"), "{all:?}");
    let reversed: Vec<_> = types(&org, "sortOrder=DESCENDING").await.into_iter().rev().collect();
    assert_eq!(reversed, all);
    let newest = get(&org, "/logs?sortOrder=DESCENDING&limit=1").await[0].clone();
    let last = text(&newest, "published").replace(':', "%3A");
    assert_eq!(types(&org, &format!("since={last}")).await, ["group.lifecycle.create"]);
    assert_eq!(types(&org, &format!("until={last}")).await, all[..all.len() - 1]);
    let filter =
        "filter=eventType%20eq%20%22user.session.start%22%20and%20outcome.result%20eq%20%22SUCCESS%22";
    assert_eq!(types(&org, filter).await, ["user.session.start"]);
    let by_actor = types(&org, &format!("filter=actor.alternateId%20eq%20%22{ALICE}%22")).await;
    assert_eq!(by_actor.len() + 4, all.len(), "the group is the administrator's, three tokens are the app's");
    assert_eq!(types(&org, "q=lifecycle%20new").await, ["group.lifecycle.create"]);
    for bad in ["since=yesterday", "sortOrder=UP", "limit=-1"] {
        let answer = call(&org, Method::GET, &format!("/logs?{bad}"), &Value::Null).await;
        assert_eq!(answer.json()["errorCode"], "E0000001", "{bad}");
    }
    let bad = call(&org, Method::GET, "/logs?filter=eventType", &Value::Null).await;
    assert_eq!(bad.json()["errorCode"], "E0000031");
}

#[tokio::test]
async fn whoever_follows_the_log_is_led_on_from_the_last_event() {
    let org = org().await;
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "a"}})).await;
    let follow = async |path: &str| {
        let answer = call(&org, Method::GET, path, &Value::Null).await;
        let link =
            answer.headers.get_all("link").iter().nth(1).expect("a next link").to_str().unwrap().to_owned();
        let url =
            link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
        (answer.json().as_array().unwrap().len(), url.split_once("/api/v1").unwrap().1.to_owned())
    };
    let (some, next) = follow("/logs").await;
    let (none, next) = follow(&next).await;
    call(&org, Method::POST, "/groups", &json!({"profile": {"name": "b"}})).await;
    let (more, _) = follow(&next).await;
    assert_eq!((some, none, more), (1, 0, 1));
}

/// The first event of that type.
async fn event(org: &RunningOrg, event_type: &str) -> Value {
    let events = get(org, &format!("/logs?filter=eventType%20eq%20%22{event_type}%22")).await;
    events.as_array().expect("a list").first().unwrap_or_else(|| panic!("no {event_type}")).clone()
}

fn names(of: &Value) -> Vec<&str> {
    let mut names: Vec<_> = of.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn an_event_has_the_members_and_words_of_a_live_org() {
    let org = org().await;
    tokens(&org).await;
    let start = event(&org, "user.session.start").await;
    let expected = [
        "actor",
        "authenticationContext",
        "client",
        "debugContext",
        "device",
        "displayMessage",
        "eventType",
        "legacyEventType",
        "outcome",
        "published",
        "request",
        "securityContext",
        "severity",
        "target",
        "transaction",
        "uuid",
        "version",
    ];
    assert_eq!(names(&start), expected);
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let actor = json!({
        "id": alice["id"], "type": "User", "alternateId": ALICE, "displayName": "Alice Shopper", "detailEntry": null,
    });
    assert_eq!((&start["displayMessage"], &start["actor"]), (&json!("User login to Okta"), &actor));
    assert_eq!(start["legacyEventType"], "core.user_auth.login_success");
    let expected = ["device", "geographicalContext", "id", "ipAddress", "userAgent", "zone"];
    assert_eq!(
        (names(&start["client"]).as_slice(), &start["client"]["zone"]),
        (&expected[..], &json!("null"))
    );
    assert_eq!(names(&start["client"]["userAgent"]), ["browser", "os", "rawUserAgent"]);
    let expected = [
        "authenticationProvider",
        "authenticationStep",
        "credentialProvider",
        "credentialType",
        "externalSessionId",
        "interface",
        "issuer",
        "rootSessionId",
    ];
    assert_eq!(names(&start["authenticationContext"]), expected);
    assert_eq!(names(&start["securityContext"]), ["asNumber", "asOrg", "domain", "isProxy", "isp"]);
    assert_eq!(names(&start["request"]["ipChain"][0]), ["geographicalContext", "ip", "source", "version"]);
    let debug = &start["debugContext"]["debugData"];
    assert_eq!(
        (names(debug), &debug["requestId"]),
        (vec!["requestId", "requestUri", "url"], &start["transaction"]["id"])
    );
    let policy = event(&org, "policy.evaluate_sign_on").await;
    assert_eq!(
        (&policy["outcome"]["result"], &policy["target"][1]["type"]),
        (&json!("ALLOW"), &json!("PolicyRule"))
    );
}

#[tokio::test]
async fn a_token_is_told_with_the_app_that_got_it_and_the_person_it_is_about() {
    let org = org().await;
    let issued = tokens(&org).await;
    let grant = event(&org, "app.oauth2.as.token.grant.access_token").await;
    let actor = json!({
        "id": org.client_id(), "type": "PublicClientApp", "alternateId": org.client_id(), "displayName": "Grove",
        "detailEntry": null,
    });
    assert_eq!(
        (&grant["displayMessage"], &grant["actor"]),
        (&json!("OAuth2 access token is granted"), &actor)
    );
    let kinds: Vec<_> =
        grant["target"].as_array().unwrap().iter().map(|target| text(target, "type")).collect();
    assert_eq!(kinds, ["User", "access_token", "AuthorizationServer"]);
    assert_eq!(grant["target"][0]["alternateId"], ALICE);
    assert_eq!(names(&grant["target"][1]["detailEntry"]), ["expires", "hash", "subject"]);
    let debug = &grant["debugContext"]["debugData"];
    assert_eq!(
        (&debug["grantType"], &debug["clientAuthType"]),
        (&json!("authorization_code"), &json!("none"))
    );
    assert_eq!(
        (text(debug, "requestUri"), text(debug, "url")),
        ("/oauth2/default/v1/token", "/oauth2/default/v1/token?")
    );
    assert_eq!(debug["grantedScopes"], "openid, profile, email, offline_access");
    for kind in ["id_token", "refresh_token"] {
        let other = event(&org, &format!("app.oauth2.as.token.grant.{kind}")).await;
        assert_eq!((&other["actor"], &other["target"][0]["type"]), (&actor, &json!("User")), "{kind}");
    }
    let sso = event(&org, "user.authentication.sso").await;
    assert_eq!(sso["displayMessage"], "User single sign on to app");
    let app = json!({
        "id": org.client_id(), "type": "AppInstance", "alternateId": "Grove", "displayName": "OpenID Connect Client",
        "detailEntry": {"signOnModeType": "OPENID_CONNECT"},
    });
    assert_eq!((&sso["target"][0], &sso["target"][1]["type"]), (&app, &json!("AppUser")));
    let log = get(&org, "/logs").await.to_string();
    for secret in ["access_token", "refresh_token", "id_token"] {
        assert!(!log.contains(text(&issued, secret)), "{secret}");
    }
}

#[tokio::test]
async fn a_token_request_that_is_refused_is_told_too() {
    let org = org().await;
    let form = okta_types::Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", "secret-of-somebody")
        .with("client_id", org.client_id());
    assert_eq!(post(&org, "token", &form, &[]).await.status, 400);
    let refused = event(&org, "app.oauth2.as.token.grant").await;
    assert_eq!(
        (&refused["displayMessage"], &refused["severity"]),
        (&json!("OAuth2 token request"), &json!("WARN"))
    );
    assert_eq!(
        (&refused["outcome"]["result"], &refused["actor"]["displayName"]),
        (&json!("FAILURE"), &json!("Grove"))
    );
    assert!(!refused.to_string().contains("secret-of-somebody"));
}

#[tokio::test]
async fn what_the_api_token_did_is_an_administrators_and_names_the_person() {
    let org = org().await;
    call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/suspend"), &Value::Null).await;
    let suspend = event(&org, "user.lifecycle.suspend").await;
    assert_eq!(
        (&suspend["displayMessage"], &suspend["actor"]["displayName"]),
        (&json!("Suspend Okta user"), &json!("API Token"))
    );
    let me = get(&org, "/users/me").await;
    assert_eq!(suspend["actor"]["id"], me["id"]);
    assert_eq!(
        (&suspend["target"][0]["alternateId"], &suspend["target"][0]["displayName"]),
        (&json!(ALICE), &json!("Alice Shopper"))
    );
    assert!(text(&suspend["transaction"]["detail"], "requestApiTokenId").starts_with("00T"));
}

#[tokio::test]
async fn who_is_locked_out_is_told_and_who_unlocked_them() {
    let org = org().await;
    let browser = Browser::new(&org);
    for _ in 0..10 {
        browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    }
    let lock = event(&org, "user.account.lock").await;
    assert_eq!(
        (&lock["displayMessage"], &lock["outcome"]["reason"]),
        (&json!("Max sign in attempts exceeded"), &json!("LOCKED_OUT"))
    );
    assert_eq!(
        (&lock["target"][0]["type"], &lock["target"][0]["alternateId"]),
        (&json!("User"), &json!(ALICE))
    );
    call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/unlock"), &Value::Null).await;
    let unlock = event(&org, "user.account.unlock_by_admin").await;
    assert_eq!(
        (&unlock["displayMessage"], &unlock["target"][0]["type"]),
        (&json!("User account unlock by admin"), &json!("User"))
    );
    let failed = event(&org, "user.session.start").await;
    assert_eq!(
        (&failed["legacyEventType"], &failed["outcome"]["reason"]),
        (&json!("core.user_auth.login_failed"), &json!("INVALID_CREDENTIALS"))
    );
}
