//! A Redis of a test's own, which may be killed and started again.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use api::RedisUrl;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep};

/// How long it may take to start.
const TIMEOUT: Duration = Duration::from_secs(20);

/// It is killed when this is dropped, and forgets everything: nothing of it is written to a disk.
pub(crate) struct RedisServer {
    folder: TempDir,
    process: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let mut server = Self { folder: tempfile::tempdir().unwrap(), process: None };
        server.start_again().await;
        server
    }

    pub(crate) async fn start_again(&mut self) {
        let socket = self.socket();
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"]).arg(&socket);
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let process =
            command.spawn().expect("redis-server can be started (Debian: apt-get install redis-server)");
        self.process = Some(process);
        let begun = Instant::now();
        while UnixStream::connect(&socket).await.is_err() {
            assert!(begun.elapsed() < TIMEOUT, "Redis does not start");
            sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
            std::fs::remove_file(self.socket()).unwrap();
        }
    }

    /// Lets it hang, or go on.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub(crate) fn url(&self) -> RedisUrl {
        format!("unix://{}", self.socket().display()).parse().unwrap()
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
