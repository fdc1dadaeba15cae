//! `cargo okta token` by a browser: what comes to the port that the browser comes back to.

use std::future::ready;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::to;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use okta_local::RunningOrg;
use serde_json::json;
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;
use url::Url;

use crate::bare;

/// Longer than anything takes that is waited for, and shorter than the command's own limit.
const TIMEOUT: Duration = Duration::from_secs(20);

/// An issuer that takes any code and gives an ID token with the nonce that it is told.
struct Issuer {
    url: String,
    nonce: Arc<Mutex<String>>,
    server: ServerHandle,
}

impl Issuer {
    async fn start() -> Self {
        let org = Arc::new(bare().start().await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}/oauth2/default", listener.local_addr().unwrap().port());
        let nonce = Arc::new(Mutex::new(String::new()));
        let (issuer, told) = (url.clone(), Arc::clone(&nonce));
        let app = move || {
            let (org, issuer, nonce) = (Arc::clone(&org), issuer.clone(), Arc::clone(&told));
            App::new().default_service(to(move |request| {
                ready(answer(&request, &org, &issuer, &nonce.lock().unwrap()))
            }))
        };
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, nonce, server: handle }
    }
}

fn answer(request: &HttpRequest, org: &RunningOrg, issuer: &str, nonce: &str) -> HttpResponse {
    let now = org.now().seconds();
    let keys = org.public_keys();
    match request.path().rsplit('/').next() {
        Some("keys") => HttpResponse::Ok().json(keys),
        Some("token") => {
            let header = json!({"alg": "RS256", "kid": keys.keys[0].kid});
            let claims = json!({
                "iss": issuer, "aud": "0oa1", "sub": "00u1", "iat": now, "exp": now + 3600, "nonce": nonce,
            });
            let id_token = org.sign_jwt(&header, &claims);
            HttpResponse::Ok().json(json!({"access_token": "the-access-token", "id_token": id_token}))
        }
        _ => HttpResponse::Ok().json(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/v1/authorize"),
            "token_endpoint": format!("{issuer}/v1/token"),
            "jwks_uri": format!("{issuer}/v1/keys"),
        })),
    }
}

/// The command, waiting for the browser.
struct Waiting {
    child: Child,
    err: BufReader<ChildStderr>,
    port: u16,
    state: String,
    nonce: String,
    _folder: TempDir,
}

/// Free a moment ago; the program says so where it is not any more.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Waiting {
    async fn start(issuer: &Issuer, args: &[&str]) -> Self {
        let (folder, port) = (tempdir().unwrap(), free_port());
        let uri = format!("http://localhost:{port}/login/callback");
        let mut command = Command::new(env!("CARGO_BIN_EXE_okta"));
        command
            .args(["token", "--redirect-uri", &uri])
            .args(args)
            .arg("--env")
            .arg(folder.path().join(".env"));
        command.env_clear().env("OKTA_OAUTH2_ISSUER", &issuer.url).env("OKTA_OAUTH2_CLIENT_ID", "0oa1");
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("/v1/authorize?") {
            line.clear();
            assert!(
                err.read_line(&mut line).await.unwrap() > 0,
                "the command ended: {:?}",
                child.wait().await
            );
        }
        let url = Url::parse(line.trim()).unwrap();
        let value = |name: &str| {
            url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap()
        };
        let (state, nonce) = (value("state"), value("nonce"));
        issuer.nonce.lock().unwrap().clone_from(&nonce);
        Self { child, err, port, state, nonce, _folder: folder }
    }

    /// Connects to the port and sends this; the connection stays open.
    async fn sends(&self, ip: impl Into<std::net::IpAddr>, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect((ip.into(), self.port)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// What a request for this is answered with, head and page.
    async fn gets(&self, ip: impl Into<std::net::IpAddr>, path: &str) -> String {
        self.gets_by_name(ip, "localhost", path).await
    }

    async fn gets_by_name(&self, ip: impl Into<std::net::IpAddr>, host: &str, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{}\r\n\r\n", self.port);
        let mut stream = self.sends(ip, &request).await;
        let mut answer = String::new();
        timeout(TIMEOUT, stream.read_to_string(&mut answer)).await.expect("no answer").unwrap();
        answer
    }

    fn callback(&self) -> String {
        format!("/login/callback?code=the-code&state={}", self.state)
    }

    /// The exit status, standard output, and what was said since the address was shown.
    async fn ends(mut self) -> (i32, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        let status = timeout(TIMEOUT, self.child.wait()).await.expect("the command does not end").unwrap();
        self.child.stdout.take().unwrap().read_to_string(&mut out).await.unwrap();
        self.err.read_to_string(&mut err).await.unwrap();
        (status.code().unwrap_or(-1), out, err)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_comes_to_the_port_neither_delays_nor_ends_the_sign_in() {
    let issuer = Issuer::start().await;
    let waiting = Waiting::start(&issuer, &[]).await;
    let mut idle = Vec::new();
    for text in ["", "GET /login/callback?code=1 HTTP/1.1\r\nHost: ", "\r\n"] {
        idle.push(waiting.sends(Ipv4Addr::LOCALHOST, text).await);
    }
    let state = &waiting.state;
    for foreign in [
        "/login/callback",
        "/login/callback?x=1",
        "/login/callback?code=other",
        "/login/callback?error=access_denied",
        "/login/callback?code=other&state=other",
        "/favicon.ico",
        "/",
        &format!("/login/callback/?code=other&state={state}"),
        &format!("/login?code=other&state={state}"),
    ] {
        let answer = waiting.gets(Ipv4Addr::LOCALHOST, foreign).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{foreign}: {answer}");
    }
    let rebound = waiting.gets_by_name(Ipv4Addr::LOCALHOST, "shop.example", &waiting.callback()).await;
    assert!(rebound.starts_with("HTTP/1.1 404"), "{rebound}");
    let page = waiting.gets(Ipv4Addr::LOCALHOST, &waiting.callback()).await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("You can close this page"), "{page}");
    for secret in ["the-code", state, &waiting.nonce, "the-access-token"] {
        assert!(!page.contains(secret), "{page}");
    }
    assert!(
        page.contains("cache-control: no-store") && page.contains("referrer-policy: no-referrer"),
        "{page}"
    );
    let (code, out, err) = waiting.ends().await;
    assert_eq!((code, out.as_str()), (0, "the-access-token\n"), "{err}");
    drop(idle);
    issuer.server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_may_come_back_by_either_stack() {
    let issuer = Issuer::start().await;
    let waiting = Waiting::start(&issuer, &[]).await;
    let page = waiting.gets(Ipv6Addr::LOCALHOST, &waiting.callback()).await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert_eq!(waiting.ends().await.0, 0);
    issuer.server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_another_program_has_on_either_stack_is_taken() {
    let issuer = Issuer::start().await;
    for other in [TcpListener::bind((Ipv4Addr::LOCALHOST, 0)), TcpListener::bind((Ipv6Addr::LOCALHOST, 0))] {
        let (folder, address) = (tempdir().unwrap(), other.as_ref().unwrap().local_addr().unwrap());
        let uri = format!("http://localhost:{}/login/callback", address.port());
        let variables =
            [("OKTA_OAUTH2_ISSUER", issuer.url.clone()), ("OKTA_OAUTH2_CLIENT_ID", "0oa1".to_owned())];
        let ran = crate::okta(&folder, &["token", "--redirect-uri", &uri], &variables, "").await;
        let told = format!("{address} is in use");
        assert!(ran.code == 1 && ran.err.contains(&told), "{}{}", ran.out, ran.err);
    }
    issuer.server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_in_the_browser_and_at_the_terminal() {
    let issuer = Issuer::start().await;
    let waiting = Waiting::start(&issuer, &[]).await;
    let refused = format!(
        "/login/callback?error=access_denied&error_description=Not+assigned.&state={}",
        waiting.state
    );
    let page = waiting.gets(Ipv4Addr::LOCALHOST, &refused).await;
    assert!(page.starts_with("HTTP/1.1 400") && page.contains("the terminal says why"), "{page}");
    let (code, out, err) = waiting.ends().await;
    assert!(code == 1 && out.is_empty() && err.contains("Not assigned. (access_denied)"), "{out}{err}");
    issuer.server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_another_request_is_refused_and_no_token_printed() {
    let issuer = Issuer::start().await;
    let waiting = Waiting::start(&issuer, &[]).await;
    "another".clone_into(&mut issuer.nonce.lock().unwrap());
    let page = waiting.gets(Ipv4Addr::LOCALHOST, &waiting.callback()).await;
    assert!(page.starts_with("HTTP/1.1 400"), "{page}");
    let (code, out, err) = waiting.ends().await;
    assert!(code == 1 && out.is_empty() && err.contains("nonce"), "{out}{err}");
    issuer.server.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_nobody_makes_ends_by_itself() {
    let issuer = Issuer::start().await;
    let waiting = Waiting::start(&issuer, &["--timeout", "1"]).await;
    let (code, out, err) = waiting.ends().await;
    assert!(code == 1 && out.is_empty() && err.contains("nobody signed in within 1 s"), "{out}{err}");
    issuer.server.stop(false).await;
}
