//! `cargo okta`, run as people run it: the program, its output, its exit status, against the local org.
#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is the report")]

mod browser;
mod call;
mod doctor;
mod doctor_dpop;
mod doctor_inside;
mod ill_org;
mod owners;
mod proxies;
mod recorded;
mod scripted_org;
mod setup;
mod setup_dpop;
mod states;
mod terminal;
mod token;

use std::path::Path;
use std::process::{Output, Stdio};

use okta_local::{App, Org, OrgBuilder, PasswordHashing, RunningOrg};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Where the shop would be served.
const SPA: &str = "http://localhost:8080";

/// An org without a shop.
fn bare() -> OrgBuilder {
    let other = App::spa("Other").redirect_uri("http://localhost:9999/cb");
    Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(other)
}

/// An org with the shop's app, as `cargo dev` has it.
fn with_shop() -> OrgBuilder {
    let grove = App::spa("Grove").redirect_uri(format!("{SPA}/login/callback")).post_logout_redirect_uri(SPA);
    let grove = grove.initiate_login_uri(format!("{SPA}/login")).on_dashboard();
    Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(grove)
}

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `cargo okta` with these arguments and nothing of this process's environment.
pub(crate) async fn okta(folder: &TempDir, args: &[&str], variables: &[(&str, String)], input: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okta"));
    command.args(args).arg("--env").arg(folder.path().join(".env")).env_clear().current_dir(folder.path());
    command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
}

/// The org's management API, as an administrator's script would use it.
struct Administrator<'a> {
    org: &'a RunningOrg,
    http: Client,
}

impl<'a> Administrator<'a> {
    fn of(org: &'a RunningOrg) -> Self {
        Self { org, http: okta_cli::http::loopback() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let token = format!("SSWS {}", self.org.api_token().expose());
        self.http.request(method, format!("{}{path}", self.org.base_url())).header("authorization", token)
    }

    #[track_caller]
    fn get(&self, path: &str) -> impl Future<Output = Value> {
        let request = self.request(Method::GET, path);
        let path = path.to_owned();
        async move {
            let response = request.send().await.unwrap();
            assert!(response.status().is_success(), "{path}: {}", response.status());
            response.json().await.unwrap()
        }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let response = self.request(method, path).json(body).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Changes one item: what `change` makes of it is put back.
    async fn edit(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut item = self.get(path).await;
        change(&mut item);
        self.send(Method::PUT, path, &item).await;
    }

    /// The item of a list that has this value in this member.
    async fn find(&self, path: &str, member: &str, value: &str) -> Option<Value> {
        let list = self.get(path).await;
        list.as_array().unwrap().iter().find(|item| item[member] == value).cloned()
    }

    /// The address of the app of this name.
    async fn app_path(&self, label: &str) -> String {
        let app = self.find("/api/v1/apps", "label", label).await.unwrap();
        format!("/api/v1/apps/{}", app["id"].as_str().unwrap())
    }

    /// Everything that setting up an org may touch; without what changes by looking at it.
    async fn everything(&self) -> Value {
        let server = "/api/v1/authorizationServers/default";
        let mut policies = self.get(&format!("{server}/policies")).await;
        for policy in policies.as_array_mut().unwrap() {
            let rules = format!("{server}/policies/{}/rules", policy["id"].as_str().unwrap());
            policy["rules"] = self.get(&rules).await;
        }
        json!({
            "apps": self.get("/api/v1/apps").await,
            "groups": self.get("/api/v1/groups").await,
            "origins": self.get("/api/v1/trustedOrigins").await,
            "scopes": self.get(&format!("{server}/scopes")).await,
            "claims": self.get(&format!("{server}/claims")).await,
            "policies": policies,
        })
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("OKTA_CLIENT_ORGURL", self.org.base_url().to_owned()),
            ("OKTA_CLIENT_TOKEN", self.org.api_token().expose().to_owned()),
        ]
    }
}

/// The entries of a `.env` file.
fn dot_env(folder: &Path) -> Vec<(String, String)> {
    dotenvy::from_path_iter(folder.join(".env")).unwrap().map(Result::unwrap).collect()
}
