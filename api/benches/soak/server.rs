//! The program `api` as it is started on a server, on one processor and a file of its own.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shared::paths;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::people::People;
use crate::program::{answers, resident};
use crate::{processor, products};

/// A running program; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start(people: &People, max_in_flight: Option<u32>) -> Self {
        // Not where the system may keep files in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::write(folder.path().join("products.json"), products::seed_file()).unwrap();
        let seeded = command_of(people, &folder).args(["seed", "products.json"]).output().unwrap();
        assert!(seeded.status.success(), "{seeded:?}");
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = command_of(people, &folder);
        command.env("API_ADDR", address.to_string());
        command.envs(max_in_flight.map(|requests| ("MAX_IN_FLIGHT", requests.to_string())));
        command.stderr(File::create(folder.path().join("log")).unwrap());
        let server = Self { child: command.spawn().unwrap(), address, folder };
        server.wait();
        server
    }

    fn wait(&self) {
        let begun = Instant::now();
        while !answers(self.address.port(), paths::READYZ) {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not answer");
        }
    }

    /// Where orders are.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("grove.sqlite")
    }

    /// How long it has had a processor.
    pub(crate) fn processor_seconds(&self) -> f64 {
        processor::seconds_of(self.child.id())
    }

    /// Looks at what it has in memory, once a second.
    pub(crate) fn watch_memory(&self) -> Memory {
        let over = Arc::new(AtomicBool::new(false));
        let (pid, ends) = (self.child.id(), Arc::clone(&over));
        let watching = tokio::spawn(async move {
            let (mut seen, mut tick) = (Vec::new(), tokio::time::interval(Duration::from_secs(1)));
            while !ends.load(Ordering::Relaxed) {
                tick.tick().await;
                seen.push(resident(pid));
            }
            seen
        });
        Memory { over, watching }
    }
}

/// Bytes in memory, once a second, until it is stopped.
pub(crate) struct Memory {
    over: Arc<AtomicBool>,
    watching: JoinHandle<Vec<u64>>,
}

impl Memory {
    pub(crate) async fn stop(self) -> Vec<u64> {
        self.over.store(true, Ordering::Relaxed);
        self.watching.await.unwrap()
    }
}

/// With nothing but what it cannot do without, so that its settings are the default ones.
fn command_of(people: &People, folder: &TempDir) -> Command {
    let mut command = Command::new("taskset");
    command
        .args(["-c", &processor::SERVER.to_string(), env!("CARGO_BIN_EXE_api")])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("OKTA_OAUTH2_ISSUER", people.org.issuer().as_str())
        .env("OKTA_OAUTH2_CLIENT_ID", people.org.client_id())
        .current_dir(folder.path());
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
