//! The server under measurement: the shop's API, and the process it runs in.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::process::{Child, Command, Stdio};

use actix_web::HttpRequest;
use api::{Application, Limits, Proofs, Replicas, Settings, TrustedProxies};
use okta_local::RunningOrg;
use okta_types::Issuer;
use tempfile::TempDir;

use crate::{jsonwebtoken, processor, signature};

/// The variables that make this program the server.
pub(crate) const ISSUER: &str = "MESSAGES_BENCH_ISSUER";
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
    /// Whose token the crate jsonwebtoken takes.
    Jsonwebtoken,
}

/// A server that nobody here wrote, in Node: Express with Okta's verifier, or Fastify with jose.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    Express,
    Fastify,
}

/// The folder with the peers' scripts and their packages.
const PEERS: &str = "BENCH_PEERS";

/// Whether the peers are there.
pub(crate) fn has_peers() -> bool {
    env::var_os(PEERS).is_some()
}

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    _database: Option<TempDir>,
}

impl Server {
    pub(crate) fn start(setup: &Setup, mode: Mode) -> Self {
        let database = TempDir::new().unwrap();
        let mut command = pinned(env::current_exe().unwrap(), setup);
        command.env(signature::KEY, &setup.key).env(MODE, format!("{mode:?}"));
        command.env(DATABASE, database.path().join("grove.sqlite"));
        Self::running(command, Some(database))
    }

    /// Starts one that nobody here wrote.
    pub(crate) fn start_peer(setup: &Setup, peer: Peer) -> Self {
        let script = format!("{peer:?}.mjs").to_lowercase();
        let mut command = pinned("node", setup);
        command.arg(script).current_dir(env::var_os(PEERS).unwrap());
        Self::running(command, None)
    }

    fn running(mut command: Command, database: Option<TempDir>) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child, _database: database }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

/// From its start on, so that Actix counts one processor and starts one worker.
fn pinned(program: impl AsRef<OsStr>, setup: &Setup) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &processor::SERVER.to_string()]).arg(program);
    command.env(ISSUER, &setup.issuer).env(CLIENT_ID, &setup.client_id);
    command
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
        other_orgs: Vec::new(),
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
        trusted_proxies: TrustedProxies::default(),
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
        "Jsonwebtoken" => jsonwebtoken::is_good,
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
