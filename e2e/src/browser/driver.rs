//! A driver's process: chromedriver or geckodriver, on a port that it chooses.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use xtask::tools::{Chromium, Firefox};

use super::Kind;

/// How long a driver or a browser may take to start on a busy machine.
pub(super) const START: Duration = Duration::from_secs(60);

/// A driver that runs until it is stopped or dropped.
#[derive(Debug)]
pub(super) struct Driver {
    // Killed when dropped, should nobody stop it.
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Driver {
    /// chromedriver ends where the port it chose is free in one of IPv4 and IPv6 only: then it is asked to choose
    /// again.
    pub(super) async fn start(kind: Kind, folder: &Path) -> Self {
        let program = program(kind);
        for _ in 0..5 {
            if let Some(started) = try_to_start(&program, kind, folder).await {
                return started;
            }
        }
        panic!("{} ended five times without naming its port", program.display());
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it has said on its standard error, and the browser with it.
    pub(super) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    pub(super) async fn stop(mut self) {
        let _ = self.process.kill().await;
    }
}

fn program(kind: Kind) -> PathBuf {
    let found = match kind {
        Kind::Chromium => Chromium::find().map(|found| found.driver),
        Kind::Firefox => Firefox::find().map(|found| found.driver),
    };
    found.unwrap_or_else(|| match kind {
        Kind::Chromium => panic!(
            "no Chromium or no chromedriver on PATH: run `cargo verify --only browser`, which installs them or says how"
        ),
        Kind::Firefox => panic!(
            "no Firefox or no geckodriver: run `cargo browser --browser firefox`, which installs them or says how"
        ),
    })
}

/// What comes right before the port in what the drivers say.
fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Chromium => "started successfully on port ",
        Kind::Firefox => "Listening on 127.0.0.1:",
    }
}

async fn try_to_start(program: &Path, kind: Kind, folder: &Path) -> Option<Driver> {
    let mut command = Command::new(program);
    command.arg("--port=0").env("TMPDIR", folder).kill_on_drop(true);
    let log = folder.join("driver.log");
    let errors = File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
    command.stdout(Stdio::piped()).stderr(errors).stdin(Stdio::null());
    let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut lines = BufReader::new(process.stdout.take()?).lines();
    let announced = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, port)) = line.split_once(sign(kind)) {
                return port.trim().trim_end_matches('.').parse().ok();
            }
        }
        None
    };
    let port = timeout(START, announced).await.expect("a driver names its port within a minute")?;
    // Whatever it says from here on must not fill the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(Driver { process, port, log })
}
