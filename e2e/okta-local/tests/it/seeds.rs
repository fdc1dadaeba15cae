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
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
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
        apps = [{ label = "One", type = "native", redirect_uris = ["/cb"], on_dashboard = true, users = ["nobody@b"], groups = ["none"] }]
        scopes = [{ name = "openid" }, { name = "two words" }]
        policies = [{ apps = ["Two"], rules = [{ grant_types = ["magic"], scopes = ["nope"], groups = ["none"],
                      access_token_minutes = 1, refresh_window_minutes = 1 }] }]
    "#;
    let Err(SeedError::Mistakes(mistakes)) = Seeds::parse(text) else { panic!("it has mistakes") };
    assert_eq!(mistakes.len(), 15, "{mistakes:#?}");
    for part in [
        "is listed twice",
        "nobody@b",
        "no app Two",
        "on_dashboard needs an initiate_login_uri",
        "grant type magic",
        "policies[0].rules[0]: there is no scope nope",
    ] {
        assert!(mistakes.iter().any(|mistake| mistake.contains(part)), "{part}: {mistakes:#?}");
    }
}

/// One that sets `cnf` would pass bearer tokens off as bound to a key.
#[test]
fn a_claim_that_the_org_sets_itself_is_no_claim_of_a_description() {
    for name in ["cnf", "sub", "scp"] {
        let text = format!("[[claims]]\nname = '{name}'\nexpression = '\"x\"'\n");
        let Err(SeedError::Mistakes(mistakes)) = Seeds::parse(&text) else { panic!("{name} is taken") };
        assert_eq!(
            mistakes,
            [format!("line 1: claims \"{name}\": name is reserved: the org sets this claim itself")]
        );
    }
    assert!(Seeds::parse("[[claims]]\nname = 'cnfs'\nexpression = '\"x\"'\n").is_ok());
}

#[test]
fn each_mistake_has_its_line_also_where_an_entry_cannot_be_read() {
    let text = "\
[[users]]
login = 'dora@example.com'
pasword = 'x'

[[apps]]
label = 'Garden'
redirect_uris = ['/cb']
groups = ['gardeners']

[[claims]]
name = 'team'
expression = 'user.a.b'

[[trusted_origins]]
origin = 'http://shop.example/'

[[colours]]
name = 'green'
";
    let Err(SeedError::Mistakes(mistakes)) = Seeds::parse(text) else { panic!("it has mistakes") };
    let lines: Vec<_> = mistakes.iter().filter_map(|mistake| mistake.split(':').next()).collect();
    assert_eq!(lines, ["line 3", "line 5", "line 10", "line 14", "line 17"], "{mistakes:#?}");
    let Err(SeedError::Mistakes(mistakes)) = Seeds::parse("[[users]\nlogin = \n") else { panic!("no TOML") };
    assert!(mistakes[0].starts_with("line 1: ") && mistakes.len() > 1, "{mistakes:#?}");
}

#[tokio::test]
async fn profiles_factors_claims_origins_and_secrets_come_from_the_file() {
    let seeds = r#"
        users = [{ login = "dora@example.com", password = "Dora-2026!", given_name = "Dora", family_name = "Digger",
                   email = "d@garden.example", groups = ["gardeners"], totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
                   profile = { streetAddress = "1 Path", city = "Kew", primaryPhone = "+44 20", department = "Beds" } },
                 { login = "emil@example.com", password = "Emil-2026!", given_name = "Emil", family_name = "Elder",
                   factors = [], status = "suspended" }]
        groups = [{ name = "gardeners", description = "With spades" }]
        apps = [{ label = "Garden", redirect_uris = ["http://localhost:8080/login/callback"], refresh_grace_seconds = 0,
                  initiate_login_uri = "http://localhost:8080/login", on_dashboard = true },
                { label = "Night work", type = "service", client_secret = "a secret of my own" }]
        claims = [{ name = "team", expression = "user.department" },
                  { name = "groups", token = "id", groups = { starts_with = "g" }, always = true },
                  { name = "where", token = "id", expression = "user.city", scopes = ["profile"] }]
        trusted_origins = [{ name = "Shop", origin = "http://shop.example", redirect = false }]
        policies = [{ name = "Mine", rules = [{ name = "All", grant_types = ["authorization_code", "client_credentials"] }] }]
    "#;
    let org = builder().seeds(Seeds::parse(seeds).unwrap()).start().await.unwrap();
    assert_eq!(org.service_client().client_secret.expose(), "a secret of my own");
    let scope = ("scope", Some("openid profile email address phone offline_access"));
    let answer = sign_in(&org, "dora@example.com", "Dora-2026!", &[scope]).await;
    let tokens = redeem(&org, &answer.code(), &[]).await.json();
    let access = parts(text(&tokens, "access_token")).1;
    assert_eq!((&access["team"], access.get("groups")), (&json!("Beds"), None));
    let id = parts(text(&tokens, "id_token")).1;
    assert_eq!((&id["groups"], id.get("where")), (&json!(["gardeners"]), None), "the rest is at userinfo");
    let info = crate::browser::http().get(format!("{}/v1/userinfo", org.issuer()));
    let info = Answer::to(info.header("Authorization", format!("Bearer {}", text(&tokens, "access_token"))))
        .await
        .json();
    assert_eq!((&info["where"], &info["email"]), (&json!("Kew"), &json!("d@garden.example")));
    assert_eq!(info["address"], json!({"street_address": "1 Path", "locality": "Kew"}));
    assert_eq!(info["phone_number"], "+44 20");
    let renewed = crate::browser::refresh(&org, text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(renewed.status, 200);
    let again = crate::browser::refresh(&org, text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(again.status, 400, "there is no grace");
    assert_eq!(
        (org.totp_code("dora@example.com").map(|code| code.len()), org.totp_code("emil@example.com")),
        (Some(6), None)
    );
    let suspended = sign_in(&org, "emil@example.com", "Emil-2026!", &[scope]).await;
    assert!(!suspended.location().starts_with(CALLBACK));
    let path = format!("/apps/{}", org.client_id());
    let app = crate::management::get(&org, &path).await;
    assert_eq!(app["settings"]["oauthClient"]["idp_initiated_login"]["mode"], "SPEC");
    assert_eq!(app["visibility"]["hide"], json!({"iOS": false, "web": false}));
    let keys = crate::browser::http()
        .get(format!("{}/v1/keys", org.issuer()))
        .header("Origin", "http://shop.example");
    assert_eq!(Answer::to(keys).await.header("access-control-allow-origin"), Some("http://shop.example"));
}

#[tokio::test]
async fn a_misspelt_member_is_a_mistake_with_its_place() {
    let refused = Seeds::parse("[[users]]\nlogin = \"a@b\"\npasword = \"x\"\n").unwrap_err();
    assert!(
        matches!(&refused, SeedError::Mistakes(found) if found[0].starts_with("line 3: users[0]: ") && found[0].contains("pasword")),
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
