//! One chromedriver and one Chromium for one test.

use std::process::Stdio;
use std::time::Duration;

use e2e::tools::Chromium;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a driver or a browser may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);

/// A headless browser with a profile of its own, which is removed with it.
pub(crate) struct Driver {
    // Killed when dropped, should the polite way below not be taken.
    process: Child,
    profile: TempDir,
    /// Speaks to the browser.
    pub(crate) client: Client,
}

impl Driver {
    pub(crate) async fn start() -> Self {
        let chromium = Chromium::find().expect(
            "no Chromium or no chromedriver on PATH: run `cargo verify --only browser`, which installs them or says how",
        );
        let profile = tempfile::tempdir().unwrap();
        let (process, port) = start_process(&chromium).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(&chromium, &profile));
        let client = timeout(START, builder.connect(&format!("http://127.0.0.1:{port}"))).await;
        let client =
            client.expect("Chromium did not start within a minute").expect("Chromium does not start");
        Self { process, profile, client }
    }

    /// Closes the browser, then the driver.
    pub(crate) async fn stop(mut self) {
        // A browser that is gone already is closed enough.
        let _ = timeout(Duration::from_secs(10), self.client.close()).await;
        let _ = self.process.kill().await;
        // A process of Chromium may still be writing there; the system clears its folder for temporary files.
        let _ = self.profile.close();
    }
}

/// chromedriver chooses a port by itself, and ends where that is free in one of IPv4 and IPv6 only: then it is
/// asked to choose again.
async fn start_process(chromium: &Chromium) -> (Child, u16) {
    for _ in 0..5 {
        if let Some(started) = try_to_start(chromium).await {
            return started;
        }
    }
    panic!("chromedriver ended five times without naming its port");
}

async fn try_to_start(chromium: &Chromium) -> Option<(Child, u16)> {
    let mut command = Command::new(&chromium.driver);
    command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut process = command.spawn().expect("chromedriver does not start");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let announced = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                return port.trim_end_matches('.').parse().ok();
            }
        }
        None
    };
    let port =
        timeout(START, announced).await.expect("chromedriver did not name its port within a minute")?;
    // Whatever it says from here on must not fill the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some((process, port))
}

fn capabilities(chromium: &Chromium, profile: &TempDir) -> Capabilities {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
    ];
    let arguments = arguments.iter().map(ToString::to_string);
    let profile = format!("--user-data-dir={}", profile.path().display());
    let wanted = json!({
        "goog:chromeOptions": {
            "binary": chromium.browser,
            "args": arguments.chain([profile]).collect::<Vec<_>>(),
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    wanted.as_object().unwrap().clone()
}
