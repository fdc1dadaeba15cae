//! Orgs from a TOML description.

use okta_local::{Org, RunningOrg, SeedError, Seeds};
use serde_json::json;

use crate::browser::{Answer, Browser, CALLBACK, builder, parts, redeem, text};

const SEEDS: &str = r#"
[[groups]]
name = "empty"

[[users]]
login = "dora@example.com"
password = "Dora-2026!"
given_name = "Dora"
family_name = "Digger"
groups = ["gardeners"]

[[users]]
login = "emil@example.com"
password = "Emil-2026!"
given_name = "Emil"
family_name = "Elder"
note = "in no group"

[[apps]]
label = "Garden"
redirect_uris = ["http://localhost:8080/login/callback"]
groups = ["gardeners"]

[[apps]]
label = "Open"
redirect_uris = ["http://localhost:8080/login/callback"]

[[apps]]
label = "Night work"
type = "service"

[[scopes]]
name = "beds:read"
meaning = "See your beds"

[[policies]]
apps = ["Garden", "Open"]
[[policies.rules]]
grant_types = ["authorization_code"]
groups = ["gardeners"]
access_token_minutes = 5
[[policies.rules]]
grant_types = ["authorization_code"]
scopes = ["openid", "profile"]
"#;

async fn garden() -> RunningOrg {
    let seeds = Seeds::parse(SEEDS).expect("good seeds");
    builder().seeds(seeds).start().await.expect("an org on any port starts")
}

async fn sign_in(org: &RunningOrg, login: &str, password: &str, change: &[(&str, Option<&str>)]) -> Answer {
    let browser = Browser::new(org);
    let page = browser.authorize(change).await;
    browser.sign_in(&page, login, password).await
}

#[tokio::test]
async fn people_apps_scopes_and_policies_come_from_the_file() {
    let org = garden().await;
    let scope = ("scope", Some("openid beds:read"));
    let answer = sign_in(&org, "dora@example.com", "Dora-2026!", &[scope]).await;
    let tokens = redeem(&org, &answer.code(), &[]).await.json();
    let claims = parts(text(&tokens, "access_token")).1;
    assert_eq!((&claims["groups"], &tokens["expires_in"]), (&json!(["gardeners"]), &json!(300)));
    assert_eq!(org.client_id_of("Garden").as_deref(), Some(org.client_id()));
    assert_eq!(org.client_id_of("Night work"), Some(org.service_client().client_id));
    assert_eq!(org.client_id_of("Grove"), None);
    let logins: Vec<_> = org.accounts().into_iter().map(|account| account.login).collect();
    assert_eq!(logins, ["dora@example.com", "emil@example.com"]);
    assert_eq!(org.totp_code("emil@example.com").map(|code| code.len()), Some(6));
}

#[tokio::test]
async fn assignments_and_rules_of_the_file_are_kept() {
    let org = garden().await;
    let refused = sign_in(&org, "emil@example.com", "Emil-2026!", &[("scope", Some("openid"))]).await;
    let description = "User is not assigned to the client application.";
    assert_eq!(refused.returned("error_description").as_deref(), Some(description));
    let open = org.client_id_of("Open").unwrap();
    let app = ("client_id", Some(open.as_str()));
    let fine =
        sign_in(&org, "emil@example.com", "Emil-2026!", &[app, ("scope", Some("openid profile"))]).await;
    assert!(fine.location().starts_with(&format!("{CALLBACK}?code=")));
    let more =
        sign_in(&org, "emil@example.com", "Emil-2026!", &[app, ("scope", Some("openid beds:read"))]).await;
    let description = "Some of the requested scopes were denied by the policy. Denied scopes: [beds:read].";
    assert_eq!(more.returned("error_description").as_deref(), Some(description));
    let gone = Browser::new(&org).authorize(&[("scope", Some("openid orders:read"))]).await;
    assert_eq!(
        gone.returned("error").as_deref(),
        Some("invalid_scope"),
        "the scopes of a new org are replaced"
    );
}

#[tokio::test]
async fn all_mistakes_are_told_together() {
    let text = r#"
        users = [{ login = "a@b", password = "", given_name = "A", family_name = "B" },
                 { login = "A@B", password = "x", given_name = "A", family_name = "B" }]
        apps = [{ label = "One", type = "native", redirect_uris = ["/cb"], users = ["nobody@b"], groups = ["none"] }]
        scopes = [{ name = "openid" }, { name = "two words" }]
        policies = [{ apps = ["Two"], rules = [{ grant_types = ["magic"], scopes = ["nope"], groups = ["none"],
                      access_token_minutes = 1, refresh_window_minutes = 1 }] }]
    "#;
    let Err(SeedError::Mistakes(mistakes)) = Seeds::parse(text) else { panic!("it has mistakes") };
    assert_eq!(mistakes.len(), 14, "{mistakes:#?}");
    for part in [
        "there twice",
        "nobody@b",
        "no app Two",
        "grant type magic",
        "policies[0].rules[0]: there is no scope nope",
    ] {
        assert!(mistakes.iter().any(|mistake| mistake.contains(part)), "{part}: {mistakes:#?}");
    }
}

#[tokio::test]
async fn a_misspelt_member_is_a_mistake_with_its_place() {
    let refused = Seeds::parse("[[users]]\nlogin = \"a@b\"\npasword = \"x\"\n").unwrap_err();
    assert!(
        matches!(&refused, SeedError::Syntax(cause) if cause.to_string().contains("pasword")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_empty_file_changes_nothing() {
    let org = Org::builder().seeds(Seeds::parse("").unwrap()).start().await.unwrap();
    assert_eq!(org.accounts().len(), 3);
    assert_eq!(org.client_id_of("Grove").as_deref(), Some(org.client_id()));
}

#[tokio::test]
async fn new_people_may_use_the_apps_that_are_not_of_the_file() {
    let text = "users = [{ login = \"d@e\", password = \"x\", given_name = \"D\", family_name = \"E\" }]";
    let org = builder().seeds(Seeds::parse(text).expect("good seeds")).start().await.unwrap();
    sign_in(&org, "d@e", "x", &[]).await.code();
}
