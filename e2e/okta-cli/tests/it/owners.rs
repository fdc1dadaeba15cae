//! `cargo okta setup` in an org that others use too: what is theirs stays as it is.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::{Administrator, Ran, bare, okta};

const SERVER: &str = "/api/v1/authorizationServers/default";

/// A bookmark, as a tile of the dashboard that leads to some page.
fn bookmark(label: &str) -> Value {
    json!({
        "name": "bookmark", "label": label, "signOnMode": "BOOKMARK",
        "settings": {"app": {"requestIntegration": false, "url": "https://grove.example"}},
    })
}

fn saml(label: &str) -> Value {
    json!({"name": "saml", "label": label, "signOnMode": "SAML_2_0", "settings": {"signOn": {}}})
}

fn web(label: &str) -> Value {
    json!({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {"oauthClient": {
            "application_type": "web", "response_types": ["code"], "grant_types": ["authorization_code"],
            "redirect_uris": ["https://grove.example/callback"],
        }},
    })
}

fn groups_claim(claim_type: &str) -> Value {
    json!({
        "name": "groups", "status": "ACTIVE", "claimType": claim_type, "valueType": "GROUPS", "value": ".*",
        "group_filter_type": "REGEX", "alwaysIncludeInToken": true, "conditions": {"scopes": []},
    })
}

/// Runs a setup that has to succeed.
async fn setup(administrator: &Administrator<'_>, folder: &TempDir, args: &[&str]) -> Ran {
    let args = [&["setup", "--yes"], args].concat();
    let ran = okta(folder, &args, &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
    ran
}

async fn claim(administrator: &Administrator<'_>, claim_type: &str) -> Option<Value> {
    let claims = administrator.get(&format!("{SERVER}/claims")).await;
    let is_it = |claim: &&Value| claim["name"] == "groups" && claim["claimType"] == claim_type;
    claims.as_array().unwrap().iter().find(is_it).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_another_kind_with_the_label_is_named_and_never_touched() {
    for (label, app, kind) in [
        ("Grove", bookmark("Grove"), "is a bookmark"),
        ("Grove", saml("Grove"), "is a SAML app"),
        ("Grove", web("Grove"), "is an OpenID Connect app of the type web"),
        ("Grove service", bookmark("Grove service"), "is a bookmark"),
        ("Grove service", web("Grove service"), "is an OpenID Connect app of the type web"),
    ] {
        let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
        let administrator = Administrator::of(&org);
        administrator.send(Method::POST, "/api/v1/apps", &app).await;
        let before = administrator.everything().await;
        let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
        assert!(
            ran.code == 1 && ran.err.contains(kind) && ran.err.contains("--name"),
            "{label}: {}",
            ran.err
        );
        assert_eq!(administrator.everything().await, before, "{label}");
        let ran = setup(&administrator, &folder, &["--remove"]).await;
        assert!(ran.out.contains("stays   app Grove") && ran.out.contains(kind), "{label}: {}", ran.out);
        assert_eq!(administrator.everything().await, before, "{label}");

        setup(&administrator, &folder, &["--name", "Grove B"]).await;
        setup(&administrator, &folder, &["--name", "Grove B", "--remove"]).await;
        assert_eq!(administrator.everything().await, before, "{label}");
        org.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_app_of_another_kind_with_the_same_label_ones_own_is_found() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    setup(&administrator, &folder, &[]).await;
    administrator.send(Method::POST, "/api/v1/apps", &bookmark("Grove")).await;
    let ran = setup(&administrator, &folder, &[]).await;
    assert!(ran.out.contains("exists  app Grove (single-page)"), "{}", ran.out);
    setup(&administrator, &folder, &["--remove"]).await;
    let apps = administrator.get("/api/v1/apps").await;
    let left: Vec<_> = apps.as_array().unwrap().iter().filter(|app| app["label"] == "Grove").collect();
    assert!(left.len() == 1 && left[0]["signOnMode"] == "BOOKMARK", "{left:?}");
    org.stop().await;
}

/// Everything that the shop needs, made by somebody by hand, as the README says.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_made_by_hand_is_not_taken_back() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    for (path, body) in [
        (
            "/api/v1/apps",
            json!({
                "name": "oidc_client", "label": "Grove", "signOnMode": "OPENID_CONNECT",
                "credentials": {"oauthClient": {"token_endpoint_auth_method": "none"}},
                "settings": {"oauthClient": {
                    "application_type": "browser", "response_types": ["code"],
                    "grant_types": ["authorization_code", "refresh_token"],
                    "redirect_uris": ["http://localhost:8080/login/callback"],
                }},
            }),
        ),
        (
            "/api/v1/trustedOrigins",
            json!({
                "name": "The shop", "origin": "http://localhost:8080",
                "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}],
            }),
        ),
        (&format!("{SERVER}/claims"), groups_claim("IDENTITY")),
        (
            &format!("{SERVER}/policies"),
            json!({
                "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": "Grove", "description": "By hand",
                "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
            }),
        ),
    ] {
        administrator.send(Method::POST, path, &body).await;
    }
    setup(&administrator, &folder, &[]).await;
    let made = administrator.everything().await;
    let ran = setup(&administrator, &folder, &["--remove"]).await;
    for left in
        ["app Grove (single-page)", "claim groups in ID tokens", "access policy Grove", "trusted origin"]
    {
        let line = ran.out.lines().find(|line| line.contains(left)).unwrap_or_default();
        assert!(
            line.contains("stays") && line.contains("this command did not make it"),
            "{left}: {}",
            ran.out
        );
    }
    let after = administrator.everything().await;
    assert_eq!(after["claims"], made["claims"]);
    assert_eq!(after["policies"], made["policies"]);
    assert_eq!(after["origins"], made["origins"]);
    let labels = |org: &Value| -> Vec<String> {
        org["apps"].as_array().unwrap().iter().map(|app| app["label"].as_str().unwrap().to_owned()).collect()
    };
    let mut expected = labels(&made);
    expected.retain(|label| label != "Grove service");
    assert_eq!(labels(&after), expected);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_setups_in_one_org_do_each_other_no_harm_and_the_last_leaves_nothing() {
    let (org, a, b) = (bare().start().await.unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    // Scopes and claims that both need and that nobody has made yet.
    for list in ["scopes", "claims"] {
        let items = administrator.get(&format!("{SERVER}/{list}")).await;
        for item in items.as_array().unwrap().iter().filter(|item| item["system"] != true) {
            let path = format!("{SERVER}/{list}/{}", item["id"].as_str().unwrap());
            administrator.send(Method::DELETE, &path, &Value::Null).await;
        }
    }
    let before = administrator.everything().await;
    setup(&administrator, &a, &[]).await;
    setup(&administrator, &b, &["--name", "Grove B"]).await;

    // Where nothing of one's own stands, the other's file stays as well, and a dry run changes none.
    let file = std::fs::read(b.path().join(".env")).unwrap();
    setup(&administrator, &b, &["--name", "Grove C", "--remove"]).await;
    setup(&administrator, &b, &["--remove", "--dry-run"]).await;
    setup(&administrator, &b, &["--name", "Grove B", "--remove", "--dry-run"]).await;
    assert_eq!(std::fs::read(b.path().join(".env")).unwrap(), file);

    let ran = setup(&administrator, &a, &["--remove"]).await;
    assert!(ran.out.contains("stays   scope orders:read: the setup \"Grove B\" needs it too"), "{}", ran.out);
    assert!(
        ran.out.contains("stays   trusted origin http://localhost:8080: the app \"Grove B\""),
        "{}",
        ran.out
    );
    let plan = okta(&b, &["setup", "--name", "Grove B", "--dry-run"], &administrator.variables(), "").await;
    assert!(!plan.out.contains("create") && !plan.out.contains("update"), "{}", plan.out);

    let ran = setup(&administrator, &b, &["--name", "Grove B", "--remove"]).await;
    assert_eq!(administrator.everything().await, before, "{}", ran.out);
    std::fs::write(b.path().join(".env"), "OKTA_API_AUDIENCE=api://default\n").unwrap();
    setup(&administrator, &b, &["--remove", "--dry-run"]).await;
    assert!(b.path().join(".env").exists());
    org.stop().await;
}

/// The app stays, for somebody made it by hand; what was made for it is left to the other setup.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_stays_for_another_setup_goes_with_that_one() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let by_hand = json!({
        "name": "oidc_client", "label": "Grove", "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "none"}},
        "settings": {"oauthClient": {
            "application_type": "browser", "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": ["http://localhost:8080/login/callback"],
        }},
    });
    administrator.send(Method::POST, "/api/v1/apps", &by_hand).await;
    setup(&administrator, &folder, &[]).await;
    setup(&administrator, &folder, &["--name", "Grove B"]).await;
    let ran = setup(&administrator, &folder, &["--remove"]).await;
    assert!(ran.out.contains("claim groups in ID tokens: the setup \"Grove B\""), "{}", ran.out);
    setup(&administrator, &folder, &["--name", "Grove B", "--remove"]).await;
    assert_eq!(claim(&administrator, "IDENTITY").await, None);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_groups_are_asked_for_that_grove_knows() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    setup(&administrator, &folder, &[]).await;
    let made = claim(&administrator, "IDENTITY").await.unwrap();
    assert_eq!((&made["value"], &made["group_filter_type"]), (&json!("shop-staff"), &json!("EQUALS")));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_with_every_group_that_an_earlier_version_made_is_narrowed_once_and_by_plan() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let by_hand = claim(&administrator, "RESOURCE").await.unwrap();
    administrator.send(Method::POST, &format!("{SERVER}/claims"), &groups_claim("IDENTITY")).await;
    // Without a sign of an earlier version it is somebody's own.
    let plan = okta(&folder, &["setup", "--dry-run"], &administrator.variables(), "").await;
    assert!(plan.out.contains("exists  claim groups in ID tokens"), "{}", plan.out);

    let policy = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": "Grove",
        "description": "Made by `cargo okta setup`.", "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
    });
    administrator.send(Method::POST, &format!("{SERVER}/policies"), &policy).await;
    let ran = setup(&administrator, &folder, &[]).await;
    assert!(ran.out.contains("value \".*\" → \"shop-staff\""), "{}", ran.out);
    assert!(ran.out.contains("group_filter_type \"REGEX\" → \"EQUALS\""), "{}", ran.out);
    assert_eq!(claim(&administrator, "IDENTITY").await.unwrap()["value"], "shop-staff");
    assert_eq!(claim(&administrator, "RESOURCE").await.unwrap(), by_hand);

    // Whoever wants every group after that gets them.
    let id = claim(&administrator, "IDENTITY").await.unwrap()["id"].as_str().unwrap().to_owned();
    administrator.send(Method::PUT, &format!("{SERVER}/claims/{id}"), &groups_claim("IDENTITY")).await;
    let plan = okta(&folder, &["setup", "--dry-run"], &administrator.variables(), "").await;
    assert!(!plan.out.contains("update"), "{}", plan.out);
    org.stop().await;
}
