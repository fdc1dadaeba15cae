//! The program `api` under measurement, as it is started on a server, pinned to one processor.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shared::paths;
use tempfile::TempDir;

use crate::processor;
use crate::program::{answers, resident};

/// Where the log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogTo {
    /// Nothing is logged.
    Nothing,
    /// Into a file.
    File,
    /// Through a pipe, as a service manager reads it.
    Pipe,
}

/// A running program; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From its start to its first answer.
    pub(crate) ready: Duration,
    _folder: TempDir,
}

/// As it is built for this benchmark.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_api");

/// A file that it serves.
pub(crate) const FILE: &str = "/file.bin";

/// A shop's page without a shop.
const INDEX: &str =
    r#"<!doctype html><title>Grove</title><script type="application/json" id="grove-config">{}</script>"#;

impl Server {
    /// Starts it with this catalogue and a file of so many bytes.
    pub(crate) fn start(log: LogTo, catalogue: Option<&str>, bytes: usize) -> Self {
        let folder = folder_with(bytes);
        if let Some(catalogue) = catalogue {
            fs::write(folder.path().join("products.json"), catalogue).unwrap();
            let output = program(PROGRAM, &folder).args(["seed", "products.json"]).output();
            assert!(output.unwrap().status.success());
        }
        Self::run(program(PROGRAM, &folder), log, folder)
    }

    /// Starts this program, built with the feature `otlp`, as one does who names a collector and no more; nothing is logged.
    pub(crate) fn exporting(path: &Path, collector: SocketAddr) -> Self {
        let folder = folder_with(1);
        let mut command = program(path, &folder);
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"));
        Self::run(command, LogTo::Nothing, folder)
    }

    fn run(mut command: Command, log: LogTo, folder: TempDir) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        command.env("API_ADDR", format!("127.0.0.1:{port}")).env("RUST_LOG", level(log));
        command.stderr(match log {
            LogTo::Pipe => Stdio::piped(),
            LogTo::File | LogTo::Nothing => File::create(folder.path().join("log")).unwrap().into(),
        });
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        if let Some(mut log) = child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        }
        while !answers(port, paths::LIVEZ) {
            assert!(started.elapsed() < Duration::from_secs(30), "it does not answer");
        }
        Self { child, port, ready: started.elapsed(), _folder: folder }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The bytes of an answer's body.
    pub(crate) fn size_of(&self, path: &str) -> usize {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.len()
    }

    /// What it has in memory, in MB.
    pub(crate) fn resident(&self) -> f64 {
        resident(self.pid()) as f64 / 1e6
    }
}

/// A new one, with a shop and a file of so many bytes.
fn folder_with(bytes: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("spa")).unwrap();
    fs::write(folder.path().join("spa/index.html"), INDEX).unwrap();
    fs::write(folder.path().join("spa").join(&FILE[1..]), vec![b'x'; bytes]).unwrap();
    folder
}

fn level(log: LogTo) -> &'static str {
    if log == LogTo::Nothing { "off" } else { "info" }
}

/// From its start on on one processor, so that Actix counts one and starts one worker. Nobody has the issuer's keys:
/// open addresses need none.
fn program(path: impl AsRef<Path>, folder: &TempDir) -> Command {
    let mut command = Command::new("taskset");
    command
        .args(["-c", &processor::SERVER.to_string()])
        .arg(path.as_ref())
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .env("DATABASE_URL", "sqlite:grove.sqlite")
        .env("OKTA_OAUTH2_ISSUER", "http://localhost:9/oauth2/default")
        .env("OKTA_OAUTH2_CLIENT_ID", "0oabench")
        .env("SPA_DIR", "spa")
        .current_dir(folder.path());
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
