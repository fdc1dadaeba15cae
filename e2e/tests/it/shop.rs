//! From an org without a shop to an order: `cargo okta setup`, then `cargo dev` by the `.env` that it wrote.

use std::fs;
use std::process::Stdio;

use okta_local::{App, Org, PasswordHashing, RunningOrg};
use serde_json::Value;
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::okta::okta;
use crate::ports::free_ports;
use crate::shopper::orders_a_sapling;

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_opens_signs_people_in_and_sells_by_the_file_that_setting_up_wrote() {
    let (org, folder) = (without_a_shop().await, tempdir().unwrap());
    let shop = Shop::after_setup(&org, folder).await;

    let page = okta_cli::http::loopback().get(&shop.url).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains(&format!("connect-src 'self' {} {}", org.base_url(), shop.api)), "{policy}");
    let page = page.text().await.unwrap();
    let client_id = org.client_id_of("Grove").unwrap();
    for told in [org.issuer().as_str(), &client_id, &shop.api] {
        assert!(page.contains(told), "{told}: {page}");
    }

    let token = shop.token("alice@example.com").await;
    let me = okta_cli::http::loopback()
        .get(format!("{}/api/whoami", shop.api))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let me: Value = me.json().await.unwrap();
    assert_eq!(me["sub"], "alice@example.com");
    assert_eq!(me["cid"], client_id);
    let number = orders_a_sapling(&shop.api, &token).await;
    assert!(number.starts_with("G-"), "{number}");

    let doctor = okta(&shop.folder, &["doctor", "--json"], &shop.doctors_variables(&org)).await;
    assert_eq!(doctor.code, 0, "{}", doctor.out);
    shop.close().await;
    org.stop().await;
}

async fn without_a_shop() -> RunningOrg {
    let other = App::spa("Other").redirect_uri("http://localhost:9999/cb");
    Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(other).start().await.unwrap()
}

fn administrators_variables(org: &RunningOrg) -> Vec<(&'static str, String)> {
    vec![
        ("OKTA_CLIENT_ORGURL", org.base_url().to_owned()),
        ("OKTA_CLIENT_TOKEN", org.api_token().expose().to_owned()),
    ]
}

/// `cargo dev`, running.
struct Shop {
    folder: TempDir,
    url: String,
    api: String,
    dev: Child,
}

impl Shop {
    async fn after_setup(org: &RunningOrg, folder: TempDir) -> Self {
        let [api_port, spa_port] = free_ports();
        let url = format!("http://localhost:{spa_port}");
        let args = ["setup", "--yes", "--dev", &url];
        let ran = okta(&folder, &args, &administrators_variables(org)).await;
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let dist = folder.path().join("dist");
        fs::create_dir(&dist).unwrap();
        let page = r#"<script type="application/json" id="grove-config"></script>"#;
        fs::write(dist.join("index.html"), page).unwrap();

        let mut command = Command::new(env!("CARGO_BIN_EXE_dev-in-tests"));
        command.args(["--port-api", &api_port.to_string(), "--port-spa", &spa_port.to_string(), "--dist"]);
        command.arg(&dist).arg("--database").arg(folder.path().join("grove.sqlite"));
        command.arg("--env").arg(folder.path().join(".env")).env_clear();
        let mut dev = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(dev.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("Ctrl-C stops everything") {
                return Self { folder, url, api: format!("http://localhost:{api_port}"), dev };
            }
        }
        panic!("cargo dev ended: {:?}", dev.wait().await);
    }

    async fn token(&self, login: &str) -> String {
        let password = [("OKTA_PASSWORD", "Grove-2026!".to_owned())];
        let ran = okta(&self.folder, &["token", "--user", login], &password).await;
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.trim().to_owned()
    }

    /// What `.env` says of the org, and what it does not: who asks, and where the API is.
    fn doctors_variables(&self, org: &RunningOrg) -> Vec<(&'static str, String)> {
        let mut written =
            dotenvy::from_path_iter(self.folder.path().join(".env")).unwrap().map(Result::unwrap);
        assert!(written.any(|(name, _)| name == "OKTA_SERVICE_CLIENT_SECRET"));
        let api = self.api.trim_start_matches("http://").replace("localhost", "127.0.0.1");
        vec![("OKTA_CLIENT_TOKEN", org.api_token().expose().to_owned()), ("API_ADDR", api)]
    }

    async fn close(mut self) {
        self.dev.kill().await.unwrap();
    }
}
