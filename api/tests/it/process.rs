//! The program as a process: it stops when it is told to, and keeps what it hears to itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use shared::paths;

use crate::shop::{Shop, database_in, lines, program};

/// A running `api`; killed if the test ends before it does.
struct Process {
    child: Child,
    base: String,
    log: mpsc::Receiver<String>,
}

/// How long it may take to stop with nothing to do.
const PATIENCE: Duration = Duration::from_secs(20);

impl Process {
    /// Starts it with the most talkative log, and waits until it listens.
    fn start(shop: &Shop) -> Self {
        let mut command = program(&database_in(&shop.folder));
        command
            .env("OKTA_OAUTH2_ISSUER", shop.org.issuer().as_str())
            .env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id())
            .env("API_ADDR", "127.0.0.1:0")
            .env("RUST_LOG", "trace")
            .env("NO_COLOR", "1");
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let ((found, address), (ended, log)) = (mpsc::channel(), mpsc::channel());
        // Somebody must always read, or the process blocks on a full pipe.
        std::thread::spawn(move || ended.send(read_log(stderr, &found)));
        let address = address.recv().expect("the program names its address");
        Self { child, base: format!("http://{address}"), log }
    }

    /// Tells it to stop, waits until it did so by itself, and gives back its log.
    fn terminate(mut self) -> String {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        let log = self.log.recv_timeout(PATIENCE).expect("it stops in time");
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

fn read_log(stderr: ChildStderr, found: &mpsc::Sender<String>) -> String {
    let mut log = String::new();
    for line in BufReader::new(stderr).lines() {
        let line = line.unwrap();
        if let Some((_, address)) = line.split_once("the shop's API is open addr=") {
            found.send(address.trim().to_owned()).unwrap();
        }
        log.push_str(&line);
        log.push('\n');
    }
    log
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is gone already where the test went well.
        drop(self.child.kill());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_stops_on_sigterm_and_no_token_is_in_its_log() {
    let shop = Shop::open().await;
    let process = Process::start(&shop);
    let (token, http) = (shop.alice(), reqwest::Client::builder().no_proxy().build().unwrap());
    let order = http
        .post(format!("{}{}?secret-in-query", process.base, paths::ORDERS))
        .bearer_auth(&token)
        .header(paths::IDEMPOTENCY_KEY, "secret-key")
        .json(&lines(&[("apple-sapling", 1)]));
    assert_eq!(order.send().await.unwrap().status(), 201);
    let refused = http.get(format!("{}{}", process.base, paths::ORDERS)).bearer_auth("a.secret.token");
    assert_eq!(refused.send().await.unwrap().status(), 401);
    let log = process.terminate();
    assert!(log.contains("path=\"/api/orders\" status=201"), "{log}");
    for secret in [token.as_str(), token.rsplit('.').next().unwrap(), "secret"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    shop.close().await;
}
