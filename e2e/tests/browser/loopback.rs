//! `cargo okta token` without a user's name: the browser signs in and comes back to a port of this machine (RFC 8252).

use std::net::TcpListener;
use std::process::Stdio;

use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, Scene, bearer_scene};
use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::administrator;

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_gets_a_token_by_signing_in_with_a_browser() {
    // The command prints a bearer token, and no key for a bound one.
    bearer_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        let redirect_uri = format!("http://localhost:{}/callback", free_port());
        register(org, scene.stack.client_id(), &redirect_uri).await;
        let mut command = Command::new(env!("CARGO_BIN_EXE_okta-in-tests"));
        // With an empty environment there is no program that opens a browser of its own.
        command.args(["token", "--redirect-uri", &redirect_uri]).env_clear();
        command.env("OKTA_OAUTH2_ISSUER", scene.stack.issuer());
        command.env("OKTA_OAUTH2_CLIENT_ID", scene.stack.client_id());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut program = command.spawn().unwrap();
        let mut told = BufReader::new(program.stderr.take().unwrap()).lines();
        let address = loop {
            let line = told.next_line().await.unwrap().unwrap();
            if let Some(address) = line.trim().strip_prefix("http").map(|rest| format!("http{rest}")) {
                break address;
            }
        };
        tab.open_url(&address).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.see_text("p", "Signed in").await;
        let ended = program.wait_with_output().await.unwrap();
        assert!(ended.status.success());
        let token = String::from_utf8(ended.stdout).unwrap();
        let whoami = okta_cli::http::loopback().get(format!("{}/api/whoami", scene.stack.api_url()));
        let me: Value = whoami.bearer_auth(token.trim_end()).send().await.unwrap().json().await.unwrap();
        assert_eq!(me["sub"], ALICE.login());
    })
    .await;
}

/// Free a moment ago; the program says so where it is not any more.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn register(org: &RunningOrg, client_id: &str, redirect_uri: &str) {
    let call = async |method: Method, body: Value| -> Value {
        let request = administrator::request(org, method, &format!("/apps/{client_id}"));
        let answer = if body.is_null() { request } else { request.json(&body) }.send().await.unwrap();
        assert!(answer.status().is_success());
        answer.json().await.unwrap()
    };
    let mut app = call(Method::GET, Value::Null).await;
    let addresses = app["settings"]["oauthClient"]["redirect_uris"].as_array_mut().unwrap();
    addresses.push(json!(redirect_uri));
    call(Method::PUT, app).await;
}
