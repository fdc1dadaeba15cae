//! What is kept over a restart in a file.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use okta_local::{App, Org, PasswordHashing, RunningOrg, StartError, StateError};
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, CALLBACK, http, introspect, redeem, refresh, text};

/// Scopes of which one asks for consent.
const ASKING: (&str, Option<&str>) = ("scope", Some("openid profile email offline_access orders:read"));

async fn start(path: &Path, port: u16) -> Result<RunningOrg, StartError> {
    let app = App::spa("Grove").redirect_uri(CALLBACK).consent_required();
    let builder = Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(app);
    builder.port(port).state_file(path).start().await
}

fn port(org: &RunningOrg) -> u16 {
    org.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

async fn consent(org: &RunningOrg, browser: &Browser<'_>) -> String {
    let page = browser.authorize(&[ASKING]).await;
    let answer = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    let page = browser.get(answer.location()).await;
    let form = okta_types::Form::new().with("stateToken", &page.field("stateToken")).with("consent", "allow");
    browser.post(&format!("{}/login/consent", org.base_url()), &form).await.code()
}

#[tokio::test]
async fn keys_sessions_tokens_consents_and_the_clock_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let org = start(&path, 0).await.unwrap();
    org.advance_clock(Duration::from_secs(86_400));
    let browser = Browser::new(&org);
    let tokens = redeem(&org, &consent(&org, &browser).await, &[]).await.json();
    let used = redeem(&org, &browser.authorize(&[ASKING]).await.code(), &[]).await.json();
    refresh(&org, text(&used, "refresh_token"), &[]).await;
    let (sid, port, now, keys) = (browser.cookie("sid").unwrap(), port(&org), org.now(), org.public_keys());
    org.stop().await;

    let org = start(&path, port).await.unwrap();
    assert!(org.now() >= now);
    assert_eq!(org.public_keys(), keys);
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], true);
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.status, 200);
    let query = crate::browser::authorize_query(&org, &[ASKING, ("prompt", Some("none"))]);
    let silent = http().get(format!("{}/v1/authorize?{query}", org.issuer()));
    let silent = Answer::to(silent.header("Cookie", format!("sid={sid}"))).await;
    assert!(silent.location().starts_with(&format!("{CALLBACK}?code=")), "session and consent: {silent:?}");
    org.advance_clock(Duration::from_secs(31));
    assert_eq!(refresh(&org, text(&used, "refresh_token"), &[]).await.status, 400, "reuse is remembered");
}

#[tokio::test]
async fn the_file_is_its_owners_and_holds_no_token_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let org = start(&path, 0).await.unwrap();
    let browser = Browser::new(&org);
    let tokens = redeem(&org, &consent(&org, &browser).await, &[]).await.json();
    let sid = browser.cookie("sid").unwrap();
    org.stop().await;
    let kept = std::fs::read_to_string(&path).unwrap();
    for secret in [text(&tokens, "access_token"), text(&tokens, "refresh_token"), &sid] {
        assert!(!kept.contains(secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    for content in ["notes of mine", "{}"] {
        std::fs::write(&path, content).unwrap();
        let refused = start(&path, 0).await;
        assert!(
            matches!(&refused, Err(StartError::State { source: StateError::Content(_), .. })),
            "{refused:?}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
    std::fs::write(&path, r#"{"version":1,"ahead":0}"#).unwrap();
    let former = start(&path, 0).await;
    let told = |refused: &Result<RunningOrg, StartError>| match refused {
        Err(StartError::State { source, .. }) => source.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(told(&former).contains("format 1") && told(&former).contains("move it away"), "{former:?}");
    let nowhere = start(&folder.path().join("no/such/folder/org.json"), 0).await;
    assert!(matches!(nowhere, Err(StartError::State { source: StateError::Io(_), .. })), "{nowhere:?}");
}

#[tokio::test]
async fn a_damaged_file_and_one_in_use_are_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let org = start(&path, 0).await.unwrap();
    let second = start(&path, 0).await;
    assert!(matches!(&second, Err(StartError::State { source: StateError::InUse, .. })), "{second:?}");
    org.stop().await;
    let whole = std::fs::read_to_string(&path).unwrap();
    for damaged in [whole.replacen("Grove", "Grave", 1), whole[..whole.len() - 1].to_owned()] {
        assert_ne!(damaged, whole);
        std::fs::write(&path, &damaged).unwrap();
        let refused = start(&path, 0).await;
        assert!(
            matches!(&refused, Err(StartError::State { source: StateError::Damaged, .. })),
            "{refused:?}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
    }
    std::fs::write(&path, whole.replacen(":2,", ":3,", 1)).unwrap();
    let later = start(&path, 0).await;
    let version = |refused: &Result<RunningOrg, StartError>| {
        matches!(
            refused,
            Err(StartError::State { source: StateError::Version { found: 3, known: 2, .. }, .. })
        )
    };
    assert!(version(&later), "{later:?}");
    std::fs::write(&path, whole).unwrap();
    start(&path, 0).await.unwrap().stop().await;
}

/// The program, and what it said of itself.
struct Program {
    child: Child,
    base_url: String,
    api_token: String,
}

impl Program {
    fn start(path: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_okta-local"))
            .args(["--port", "0", "--state"])
            .arg(path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut said = |name: &str| {
            let line = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with(name));
            let line = line.unwrap_or_else(|| panic!("it says nothing of {name}"));
            line.trim_start_matches(name).trim().to_owned()
        };
        let base_url = said("issuer").replace("/oauth2/default", "");
        let api_token = said("API token");
        // What it says has to be read to the end, or it could not say it.
        said("Press Ctrl-C");
        Self { base_url, api_token, child }
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Answer {
        let request = http().request(method, format!("{}/api/v1{path}", self.base_url));
        let request = request.header("Authorization", format!("SSWS {}", self.api_token));
        Answer::to(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Without a chance to tidy up.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Program {
    /// Also where a test fails, so that nothing is left behind.
    fn drop(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it is dead");
    }
}

#[tokio::test]
async fn what_was_answered_outlives_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let mut names: Vec<String> = Vec::new();
    for round in 0..8 {
        let program = Program::start(&path);
        for name in &names {
            let found = program.call(reqwest::Method::GET, &format!("/groups?q={name}"), None).await.json();
            assert_eq!(found.as_array().map(Vec::len), Some(1), "{name} was answered and is lost");
        }
        // Dead right after the answer to the last of them.
        for i in 0..=round {
            let name = format!("round-{round}-group-{i}");
            let body = json!({"profile": {"name": name}});
            let made = program.call(reqwest::Method::POST, "/groups", Some(&body)).await;
            assert_eq!(made.status, 200, "{made:?}");
            names.push(name);
        }
        program.kill();
    }
}

#[tokio::test]
async fn what_an_administrator_did_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let program = Program::start(&path);
    let user = json!({
        "profile": {"login": "dora@example.com", "email": "dora@example.com", "firstName": "Dora", "lastName": "Digger"},
        "credentials": {"password": {"value": "Garden-2026"}},
    });
    let user = program.call(reqwest::Method::POST, "/users", Some(&user)).await.json();
    let service = json!({
        "name": "oidc_client", "label": "Export", "signOnMode": "OPENID_CONNECT",
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"]}},
    });
    let service = program.call(reqwest::Method::POST, "/apps", Some(&service)).await.json();
    let claim =
        json!({"name": "team", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "\"garden\""});
    let claims = "/authorizationServers/default/claims";
    assert_eq!(program.call(reqwest::Method::POST, claims, Some(&claim)).await.status, 201);
    let rotate = "/authorizationServers/default/credentials/lifecycle/keyRotate";
    let keys = program.call(reqwest::Method::POST, rotate, Some(&json!({"use": "sig"}))).await.json();
    let policies = "/authorizationServers/default/policies";
    let policy = program.call(reqwest::Method::GET, policies, None).await.json()[0]["id"].clone();
    let policy = format!("{policies}/{}", policy.as_str().unwrap());
    assert_eq!(program.call(reqwest::Method::DELETE, &policy, None).await.status, 204);
    let server = json!({"name": "Beds", "audiences": ["api://beds"]});
    let server = program.call(reqwest::Method::POST, "/authorizationServers", Some(&server)).await.json();
    program.kill();

    let program = Program::start(&path);
    let get = async |path: &str| program.call(reqwest::Method::GET, path, None).await.json();
    assert_eq!(get("/users/dora@example.com").await["id"], user["id"]);
    let kept = get(&format!("/apps/{}", service["id"].as_str().unwrap())).await;
    let (credentials, kept) = (&service["credentials"]["oauthClient"], &kept["credentials"]["oauthClient"]);
    assert_eq!(kept["client_id"], credentials["client_id"]);
    let secrets = get(&format!("/apps/{}/credentials/secrets", service["id"].as_str().unwrap())).await;
    assert_eq!(secrets[0]["client_secret"], credentials["client_secret"]);
    assert!(get(claims).await.as_array().unwrap().iter().any(|claim| claim["name"] == "team"));
    let kids =
        |keys: &Value| keys.as_array().unwrap().iter().map(|key| key["kid"].clone()).collect::<Vec<_>>();
    assert_eq!(kids(&get("/authorizationServers/default/credentials/keys").await), kids(&keys));
    assert_eq!(get(policies).await, json!([]), "what was deleted does not come back");
    let signing = get(&format!("/authorizationServers/{}", server["id"].as_str().unwrap())).await;
    assert_eq!(
        signing["credentials"]["signing"]["kid"], server["credentials"]["signing"]["kid"],
        "its own keys"
    );
    program.kill();
}
