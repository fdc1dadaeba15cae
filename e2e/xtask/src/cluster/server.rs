//! A server program that runs as long as somebody wants it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::error::ClusterError;

/// How long one may take to listen, or to end.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// A child process, which is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts it, with its output appended to the log.
    pub(super) fn start(name: &'static str, mut command: Command, log: &Path) -> Result<Self, ClusterError> {
        let started = (|| {
            let file = File::options().create(true).append(true).open(log)?;
            command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true).spawn()
        })();
        let child = started.map_err(|cause| ClusterError::Start { name, cause })?;
        Ok(Self { name, child, log: log.to_owned() })
    }

    /// Waits until it listens at this Unix socket.
    pub(super) async fn listens_at(&self, socket: &Path) -> Result<(), ClusterError> {
        let begun = Instant::now();
        while UnixStream::connect(socket).await.is_err() {
            if begun.elapsed() > TIMEOUT {
                return Err(self.failed("does not listen"));
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// As the system does with a program that takes too much memory.
    pub(super) async fn kill(mut self) -> Result<(), ClusterError> {
        self.child.kill().await.map_err(|cause| ClusterError::Start { name: self.name, cause })
    }

    /// As an administrator does, and waits.
    pub(super) async fn terminate(self) -> Result<(), ClusterError> {
        self.end("-TERM").await
    }

    /// Sends it a signal that ends it.
    pub(super) async fn end(mut self, signal: &str) -> Result<(), ClusterError> {
        // One that has ended has no id.
        if let Some(id) = self.child.id() {
            let mut kill = Command::new("kill");
            let sent = kill.args([signal, &id.to_string()]).stdin(Stdio::null()).status().await;
            sent.map_err(|cause| ClusterError::Start { name: "kill", cause })?;
        }
        match timeout(TIMEOUT, self.child.wait()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(self.failed("does not end")),
        }
    }

    fn failed(&self, problem: &'static str) -> ClusterError {
        ClusterError::Server { name: self.name, problem, log: self.log.clone() }
    }
}
