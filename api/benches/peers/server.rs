//! The servers under measurement, each a process of its own on one processor.

use std::env;
use std::process::Command;

use okta_local::RunningOrg;
use tempfile::TempDir;

use crate::database::Template;
use crate::pinned::{self, Pinned};
use crate::workload::Peer;
use crate::{actix, grove, statements};

/// The variables that make this program a server, and those that the scripts read.
pub(crate) const ISSUER: &str = "PEERS_BENCH_ISSUER";
pub(crate) const CLIENT_ID: &str = "PEERS_BENCH_CLIENT_ID";
/// The key that the org signs with, as JSON.
pub(crate) const KEY: &str = "PEERS_BENCH_KEY";
pub(crate) const DATABASE: &str = "PEERS_BENCH_DATABASE";
const STATEMENTS: &str = "PEERS_BENCH_STATEMENTS";
const PEER: &str = "PEERS_BENCH_PEER";

/// The folder with the scripts and their packages.
const PEERS: &str = "BENCH_PEERS";

/// Whether the peers are there.
pub(crate) fn has_peers() -> bool {
    env::var_os(PEERS).is_some()
}

/// Whose tokens they take, and what they sell.
pub(crate) struct Setup {
    issuer: String,
    client_id: String,
    key: String,
    template: Template,
}

impl Setup {
    pub(crate) fn new(org: &RunningOrg, template: Template) -> Self {
        // The one it signs with stands first.
        let key = serde_json::to_string(&org.public_keys().keys[0]).unwrap();
        let (issuer, client_id) = (org.issuer().to_string(), org.client_id().to_owned());
        Self { issuer, client_id, key, template }
    }
}

/// A running one; it ends with this value.
pub(crate) struct Server {
    pub(crate) peer: Peer,
    pub(crate) process: Pinned,
    pub(crate) folder: TempDir,
}

/// In the folder of a server.
pub(crate) const FILE: &str = "grove.sqlite";

impl Server {
    /// With a database of its own.
    pub(crate) fn start(setup: &Setup, peer: Peer) -> Self {
        let folder = TempDir::new().unwrap();
        let database = folder.path().join(FILE);
        setup.template.copy_to(&database);
        let mut command = program(peer);
        command.env(ISSUER, &setup.issuer).env(CLIENT_ID, &setup.client_id).env(KEY, &setup.key);
        command.env(DATABASE, database).env(STATEMENTS, statements::all().to_string());
        Self { peer, process: Pinned::start(command), folder }
    }
}

fn program(peer: Peer) -> Command {
    let mut command = pinned::command();
    match peer {
        Peer::Fastify | Peer::Express => {
            let script = format!("{peer:?}.mjs").to_lowercase();
            command.arg("node").arg(script).current_dir(env::var_os(PEERS).unwrap());
            command.env("NODE_ENV", "production");
        }
        _ => {
            command.arg(env::current_exe().unwrap()).env(PEER, format!("{peer:?}"));
        }
    }
    command
}

/// Whether this process is to be one.
pub(crate) fn is_asked_for() -> bool {
    env::var_os(PEER).is_some()
}

/// Prints its port and serves until it is ended.
pub(crate) fn serve() {
    if env::var(PEER).unwrap() == format!("{:?}", Peer::Grove) { grove::serve() } else { actix::serve() }
}
