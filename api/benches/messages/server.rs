//! The server under measurement: the shop's API, and the process it runs in.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::process::{Child, Command, Stdio};

use actix_web::HttpRequest;
use api::{Application, Limits, Proofs, Replicas, Settings};
use okta_local::RunningOrg;
use okta_types::Issuer;
use tempfile::TempDir;

use crate::{processor, signature};

/// The variables that make this program the server.
const ISSUER: &str = "MESSAGES_BENCH_ISSUER";
const CLIENT_ID: &str = "MESSAGES_BENCH_CLIENT_ID";
const DATABASE: &str = "MESSAGES_BENCH_DATABASE";
const MODE: &str = "MESSAGES_BENCH_MODE";

/// Whose tokens it takes.
pub(crate) struct Setup {
    issuer: String,
    client_id: String,
    /// As JSON.
    key: String,
}

impl Setup {
    pub(crate) fn new(org: &RunningOrg) -> Self {
        // The one it signs with stands first.
        let key = serde_json::to_string(&org.public_keys().keys[0]).unwrap();
        Self { issuer: org.issuer().to_string(), client_id: org.client_id().to_owned(), key }
    }
}

/// Whom the address that is compared with answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// Everybody.
    Open,
    /// Who shows a token with a good signature.
    Signature,
}

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    _database: TempDir,
}

impl Server {
    pub(crate) fn start(setup: &Setup, mode: Mode) -> Self {
        let database = TempDir::new().unwrap();
        // From its start on, so that Actix counts one processor and starts one worker.
        let mut child = Command::new("taskset")
            .args(["-c", &processor::SERVER.to_string()])
            .arg(env::current_exe().unwrap())
            .env(ISSUER, &setup.issuer)
            .env(CLIENT_ID, &setup.client_id)
            .env(signature::KEY, &setup.key)
            .env(MODE, format!("{mode:?}"))
            .env(DATABASE, database.path().join("grove.sqlite"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child, _database: database }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether this process is to be one.
pub(crate) fn is_asked_for() -> bool {
    env::var(ISSUER).is_ok()
}

/// Prints its port and serves until it is ended.
pub(crate) fn serve() {
    let settings = Settings {
        issuer: Issuer::parse(&env::var(ISSUER).unwrap()).unwrap(),
        org_addresses: Vec::new(),
        universal_logout_org: None,
        audience: "api://default".to_owned(),
        require_at_jwt: false,
        client_ids: vec![env::var(CLIENT_ID).unwrap()],
        database_url: format!("sqlite:{}", env::var(DATABASE).unwrap()),
        addr: ([127, 0, 0, 1], 0).into(),
        metrics_addr: None,
        spa_dir: None,
        docs: true,
        docs_client_id: None,
        renewal_frame: false,
        hsts: "max-age=63072000".to_owned(),
        spa_origins: vec!["http://localhost:8080".to_owned()],
        // One person's requests, and as many as the machine can answer.
        proofs: Proofs::default(),
        replicas: Replicas::default(),
        limits: Limits {
            requests_per_minute: NonZeroU32::MAX,
            in_flight: NonZeroU32::new(10_000).unwrap(),
            connections_per_address: NonZeroU32::MAX,
            ..Limits::default()
        },
    };
    let admits = match env::var(MODE).unwrap().as_str() {
        "Signature" => signature::is_good,
        _ => |_: &HttpRequest| true,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let built = Application::build_for_comparison(settings, Some(listener), admits).await;
        let application = built.unwrap();
        println!("{}", application.addr().port());
        application.run().await.unwrap();
    });
}
