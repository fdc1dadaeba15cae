//! The server under measurement: the shop's API, and the process it runs in.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use actix_web::HttpRequest;
use api::Application;
use okta_local::RunningOrg;
use tempfile::TempDir;

use crate::settings::settings;
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

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    _database: TempDir,
}

impl Server {
    /// From its start on on one processor, so that Actix counts one and starts one worker.
    pub(crate) fn start(setup: &Setup, mode: Mode) -> Self {
        let database = TempDir::new().unwrap();
        let mut command = Command::new("taskset");
        command.args(["-c", &processor::SERVER.to_string()]).arg(env::current_exe().unwrap());
        command.env(ISSUER, &setup.issuer).env(CLIENT_ID, &setup.client_id).env(signature::KEY, &setup.key);
        command.env(MODE, format!("{mode:?}")).env(DATABASE, database.path().join("grove.sqlite"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
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
    let [issuer, client_id, database] = [ISSUER, CLIENT_ID, DATABASE].map(|name| env::var(name).unwrap());
    let settings = settings(&issuer, client_id, &database);
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
