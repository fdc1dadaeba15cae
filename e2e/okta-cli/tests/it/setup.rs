//! `cargo okta setup`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::ill_org::{IllOrg, Illness};
use crate::terminal::Terminal;
use crate::{Administrator, SPA, bare, dot_env, okta};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_makes_everything_the_second_nothing_and_remove_takes_all_of_it_back() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let before = administrator.everything().await;

    let first = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    for made in ["app Grove (single-page)", "app Grove service", "app Grove for the group Everyone"] {
        assert!(first.out.contains(&format!("  created  {made}")), "{}", first.out);
    }
    let after = administrator.everything().await;
    let app = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    assert_eq!(
        app["settings"]["oauthClient"]["refresh_token"],
        json!({"rotation_type": "ROTATE", "leeway": 30})
    );
    assert_eq!(app["settings"]["oauthClient"]["redirect_uris"], json!([format!("{SPA}/login/callback")]));
    check_everything(&after);

    let second = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(second.code, 0, "{}{}", second.out, second.err);
    assert!(!second.out.contains("created") && !second.out.contains("updated"), "{}", second.out);
    assert_eq!(administrator.everything().await, after);

    let elsewhere = tempdir().unwrap();
    assert_eq!(okta(&elsewhere, &["setup", "--yes"], &variables, "").await.code, 0);
    let [here, there] =
        [&folder, &elsewhere].map(|folder| std::fs::read_to_string(folder.path().join(".env")).unwrap());
    assert!(here == there && here.contains("OKTA_SERVICE_CLIENT_SECRET"), "the secret is asked for");

    let removed = okta(&folder, &["setup", "--remove", "--yes"], &variables, "").await;
    assert_eq!(removed.code, 0, "{}{}", removed.out, removed.err);
    assert_eq!(administrator.everything().await, before);
    assert!(!folder.path().join(".env").exists());
    org.stop().await;
}

/// What the shop needs beside its app.
#[track_caller]
fn check_everything(org: &Value) {
    let find = |list: &str, member: &str, value: &str| {
        let items = org[list].as_array().unwrap();
        items.iter().find(|item| item[member] == value).unwrap_or_else(|| panic!("{value} in {list}")).clone()
    };
    let app = find("apps", "label", "Grove");
    let settings = &app["settings"]["oauthClient"];
    assert_eq!(settings["application_type"], "browser");
    assert_eq!(settings["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(settings["post_logout_redirect_uris"], json!([SPA]));
    assert_eq!(settings["initiate_login_uri"], format!("{SPA}/login"));
    assert_eq!(settings["idp_initiated_login"], json!({"mode": "SPEC", "default_scope": []}));
    assert_eq!(app["visibility"]["hide"], json!({"iOS": false, "web": false}));
    assert_eq!(app["credentials"]["oauthClient"]["token_endpoint_auth_method"], "none");
    let service = find("apps", "label", "Grove service");
    assert_eq!(service["settings"]["oauthClient"]["grant_types"], json!(["client_credentials"]));
    let origin = find("origins", "origin", SPA);
    let kinds: Vec<_> = origin["scopes"].as_array().unwrap().iter().map(|scope| &scope["type"]).collect();
    assert_eq!(kinds, ["CORS", "REDIRECT"]);
    for scope in ["orders:read", "orders:write"] {
        find("scopes", "name", scope);
    }
    let groups = org["claims"].as_array().unwrap().iter().filter(|claim| claim["name"] == "groups");
    let places: Vec<_> = groups.map(|claim| claim["claimType"].as_str().unwrap()).collect();
    assert_eq!(places, ["RESOURCE", "IDENTITY"]);
    let policy = find("policies", "name", "Grove");
    assert_eq!(policy["conditions"]["clients"]["include"], json!([app["id"], service["id"]]));
    let rule = &policy["rules"][0];
    let grants = &rule["conditions"]["grantTypes"]["include"];
    assert_eq!(*grants, json!(["authorization_code", "client_credentials"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_asked_for_unseen_and_nothing_is_done_without_a_yes() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let before = administrator.everything().await;
    let token = org.api_token();
    let token = token.expose().to_owned();
    let variables = administrator.variables()[..1].to_vec();
    let file = folder.path().join(".env").display().to_string();
    let at_terminal = async |answer: &'static str| {
        let (variables, token, file) = (variables.clone(), token.clone(), file.clone());
        let talk = move || {
            let args = ["setup", "--env", &file];
            let mut terminal = Terminal::start(env!("CARGO_BIN_EXE_okta"), &args, &variables);
            terminal.shows("API token of http://localhost:");
            terminal.hides_what_is_typed();
            terminal.types(&token);
            terminal.shows("+ create  app Grove (single-page)");
            terminal.shows("Make these changes? [y/N] ");
            terminal.types(answer);
            terminal.ends()
        };
        tokio::task::spawn_blocking(talk).await.unwrap()
    };

    for no in ["", "n", "yess"] {
        let (code, shown) = at_terminal(no).await;
        assert!(code == 0 && shown.contains("Nothing was changed."), "{no}: {shown}");
        assert_eq!(administrator.everything().await, before, "{no}");
    }
    let (code, shown) = at_terminal("y").await;
    assert!(code == 0 && shown.contains("created  app Grove (single-page)"), "{shown}");
    check_everything(&administrator.everything().await);
    assert!(!shown.contains(&token), "{shown}");
    assert!(!fs::read_to_string(&file).unwrap().contains(&token));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_waited_for_and_told() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let limited = IllOrg::before(&org, Illness::Limits { every: 20 });
    let mut variables = administrator.variables();
    variables[0].1 = limited.url.clone();
    let ran = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let told = ran.err.matches("the org's rate limit is reached; continuing in 1 s").count();
    assert!(told > 0 && told == limited.refused(), "{told} {}: {}", limited.refused(), ran.err);
    check_everything(&administrator.everything().await);
    limited.stop().await;
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_is_written_for_its_owner_alone_and_what_stood_in_it_is_kept() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    fs::write(folder.path().join(".env"), "OKTA_API_AUDIENCE=api://mine\n").unwrap();
    let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("! kept    OKTA_API_AUDIENCE"), "{}", ran.out);

    let spa = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    let service = administrator.find("/api/v1/apps", "label", "Grove service").await.unwrap();
    let entries = dot_env(folder.path());
    let value = |name: &str| &entries.iter().find(|(found, _)| found == name).unwrap().1;
    assert_eq!(value("OKTA_API_AUDIENCE"), "api://mine");
    assert_eq!(value("OKTA_OAUTH2_ISSUER"), org.issuer().as_str());
    let ids = format!("{},{}", spa["id"].as_str().unwrap(), service["id"].as_str().unwrap());
    assert_eq!(*value("OKTA_OAUTH2_CLIENT_ID"), ids);
    assert!(value("OKTA_SERVICE_CLIENT_SECRET").len() >= 40);
    let mode = fs::metadata(folder.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Neither secret is ever shown.
    let shown = ran.out + &ran.err;
    assert!(!shown.contains(value("OKTA_SERVICE_CLIENT_SECRET").as_str()));
    assert!(!shown.contains(org.api_token().expose()));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let before = administrator.everything().await;
    let ran = okta(&folder, &["setup", "--dry-run"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("+ create  app Grove (single-page)"), "{}", ran.out);
    assert_eq!(administrator.everything().await, before);
    assert!(!folder.path().join(".env").exists());

    let unasked = okta(&folder, &["setup"], &administrator.variables(), "").await;
    assert!(unasked.code == 1 && unasked.err.contains("--yes"), "{}", unasked.err);
    assert_eq!(administrator.everything().await, before);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_put_there_stays() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    let path = administrator.app_path("Grove").await;
    administrator
        .edit(&path, |app| {
            let settings = &mut app["settings"]["oauthClient"];
            settings["redirect_uris"] = json!(["https://own.example/callback"]);
            settings["refresh_token"]["leeway"] = json!(0);
        })
        .await;
    let args = ["setup", "--yes", "--production", "https://shop.example.com"];
    let ran = okta(&folder, &args, &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("settings.oauthClient.refresh_token.leeway 0 → 30"), "{}", ran.out);
    let app = administrator.get(&path).await;
    let uris = [
        "https://own.example/callback",
        "http://localhost:8080/login/callback",
        "https://shop.example.com/login/callback",
    ];
    assert_eq!(app["settings"]["oauthClient"]["redirect_uris"], json!(uris));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_short_says_where_and_the_next_goes_on() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let ill = IllOrg::before(&org, Illness::Fails { after_changes: 5 });
    let mut through_it = variables.clone();
    through_it[0].1 = ill.url.clone();
    let cut = okta(&folder, &["setup", "--yes"], &through_it, "").await;
    assert_eq!(cut.code, 1, "{}", cut.out);
    assert!(cut.err.contains("what was made before it is kept"), "{}", cut.err);
    assert_eq!(cut.out.matches("  created  ").count(), 5, "{}", cut.out);
    ill.stop().await;

    let next = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(next.code, 0, "{}{}", next.out, next.err);
    let last = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
    assert!(!last.out.contains("create") && !last.out.contains("update"), "{}", last.out);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_taken_in_any_case_and_with_a_slash() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let mut variables = Administrator::of(&org).variables();
    variables[0].1 = format!("{}/", variables[0].1.replace("localhost", "LocalHost"));
    let args =
        ["setup", "--yes", "--dev", "HTTP://LOCALHOST:8080/", "--production", "https://Shop.Example.com"];
    let ran = okta(&folder, &args, &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let entries = dot_env(folder.path());
    let origins = entries.iter().find(|(name, _)| name == "SPA_ORIGINS").unwrap();
    assert_eq!(origins.1, "http://localhost:8080,https://shop.example.com");
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let good = Administrator::of(&org).variables();
    let url = |text: &str| vec![("OKTA_CLIENT_ORGURL", text.to_owned()), good[1].clone()];
    for (args, variables, names) in [
        (vec!["setup", "--yes"], vec![], "OKTA_CLIENT_ORGURL"),
        (vec!["setup", "--yes"], url("https://dev-1-admin.okta.com"), "give https://dev-1.okta.com"),
        (vec!["setup", "--yes"], url(&format!("{}/oauth2/default", org.base_url())), "has a path"),
        (vec!["setup", "--yes"], url("http://localhost:1"), "does not answer"),
        (
            vec!["setup", "--yes"],
            vec![good[0].clone(), ("OKTA_CLIENT_TOKEN", "wrong".to_owned())],
            "Create token",
        ),
        (vec!["setup", "--yes", "--server", "nope"], good.clone(), "no authorization server \"nope\""),
        (vec!["setup", "--yes", "--group", "nope"], good.clone(), "no group nope"),
        (vec!["setup", "--yes", "--production", "http://shop.example.com"], good.clone(), "https"),
        (
            vec!["setup", "--yes", "--production", "https://shop.example.com/x"],
            good.clone(),
            "give only scheme",
        ),
        (
            vec!["setup", "--yes", "--name", "Grove backend"],
            good.clone(),
            "already exists with a different configuration",
        ),
    ] {
        let ran = okta(&folder, &args, &variables, "").await;
        assert!(ran.code == 1 && ran.err.contains(names), "{args:?}: {} {}", ran.code, ran.err);
        assert_eq!(ran.err.matches(names).count(), 1, "told twice: {}", ran.err);
    }
    org.stop().await;
}

/// Answers the question with a yes, after something was changed in the org.
fn consents_after(
    administrator: &Administrator<'_>,
    folder: &TempDir,
    args: &[&str],
    question: &str,
    change: impl AsyncFnOnce(),
) -> (i32, String, Value) {
    let file = folder.path().join(".env").display().to_string();
    let args: Vec<&str> = args.iter().copied().chain(["--env", &file]).collect();
    let (terminal, changed) = block_in_place(|| {
        let mut terminal = Terminal::start(env!("CARGO_BIN_EXE_okta"), &args, &administrator.variables());
        terminal.shows(question);
        let changed = Handle::current().block_on(async {
            change().await;
            administrator.everything().await
        });
        terminal.types("y");
        (terminal, changed)
    });
    let (code, shown) = block_in_place(|| terminal.ends());
    (code, shown, changed)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_changed_after_the_plan_was_shown_stays_as_it_is_and_the_difference_is_named() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let path = administrator.app_path("Grove").await;
    let set_leeway = async |leeway: u8| {
        let edit =
            |app: &mut Value| app["settings"]["oauthClient"]["refresh_token"]["leeway"] = leeway.into();
        administrator.edit(&path, edit).await;
    };
    set_leeway(0).await;

    let question = "Make these changes? [y/N] ";
    let (code, shown, changed) =
        consents_after(&administrator, &folder, &["setup"], question, async || set_leeway(10).await);
    assert_eq!(code, 1, "{shown}");
    for told in ["the org has changed since the plan was shown", "leeway 10 → 30", "leeway 0 → 30"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert_eq!(administrator.everything().await, changed);

    // What has become needless is a difference too.
    let (code, shown, changed) =
        consents_after(&administrator, &folder, &["setup"], question, async || set_leeway(30).await);
    assert!(code == 1 && shown.contains("app Grove (single-page) needs no change"), "{shown}");
    assert_eq!(administrator.everything().await, changed);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_removed_by_a_plan_that_is_no_longer_true() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let path = administrator.app_path("Grove service").await;
    // Somebody takes the app over.
    let adopt = async || administrator.edit(&path, |app| app["profile"] = json!({})).await;

    let args = ["setup", "--remove"];
    let (code, shown, changed) =
        consents_after(&administrator, &folder, &args, "Remove all of this? [y/N] ", adopt);
    assert_eq!(code, 1, "{shown}");
    let title = "app Grove service (for backend developers)";
    for told in [format!("{title} stays: this command did not make it"), format!("{title} is to be removed")]
    {
        assert!(shown.contains(&told), "{told}: {shown}");
    }
    assert_eq!(administrator.everything().await, changed);
    org.stop().await;
}
