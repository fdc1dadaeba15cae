//! The server under measurement: the shop's API, and the process it runs in.

use std::env;
use std::net::TcpListener;

use actix_web::HttpRequest;
use api::Application;
use okta_local::RunningOrg;
use tempfile::TempDir;

use crate::pinned::{self, Pinned, settings_by};
use crate::{jsonwebtoken, signature};

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
    pub(crate) process: Pinned,
    _database: TempDir,
}

impl Server {
    pub(crate) fn start(setup: &Setup, mode: Mode) -> Self {
        let database = TempDir::new().unwrap();
        let mut command = pinned::command();
        command.arg(env::current_exe().unwrap());
        command.env(ISSUER, &setup.issuer).env(CLIENT_ID, &setup.client_id).env(signature::KEY, &setup.key);
        command.env(MODE, format!("{mode:?}")).env(DATABASE, database.path().join("grove.sqlite"));
        Self { process: Pinned::start(command), _database: database }
    }
}

/// Whether this process is to be one.
pub(crate) fn is_asked_for() -> bool {
    env::var(ISSUER).is_ok()
}

/// Prints its port and serves until it is ended.
pub(crate) fn serve() {
    let settings = settings_by([ISSUER, CLIENT_ID, DATABASE]);
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
