//! The program's log: each request is in it once, and whoever reads it slowly holds nobody up.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use shared::paths;

use crate::program::Program;
use crate::shop::{Client, Shop};

/// How long an answer may take that waits for nobody.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks for these addresses, sixteen at a time.
async fn ask(client: &Client, addresses: impl Iterator<Item = String>) -> usize {
    let mut queues: Vec<Vec<String>> = (0..16).map(|_| Vec::new()).collect();
    let mut asked = 0;
    for address in addresses {
        queues[asked % 16].push(address);
        asked += 1;
    }
    join_all(queues.into_iter().map(async |queue| {
        for address in queue {
            client.get(&address).await.expect(200);
        }
    }))
    .await;
    asked
}

#[cfg(unix)]
#[tokio::test]
async fn a_clean_stop_loses_no_line() {
    let shop = Shop::open().await;
    let program = Program::spawn(shop.program(), &shop.org);
    let asked = ask(&program.client, (0..2000).map(|_| paths::HELLO.to_owned())).await;
    let log = program.terminate().await;
    let lines: Vec<_> = log.lines().filter(|line| line.contains(r#"path="/api/hello" status=200"#)).collect();
    assert_eq!(lines.len(), asked, "{}", log.lines().last().unwrap());
    assert!(log.contains("stopping once running requests are finished\n"), "{log}");
    shop.close().await;
}

/// A line names the request by the id that its answer carries; so do lines of what went wrong meanwhile.
#[cfg(unix)]
#[tokio::test]
async fn a_line_names_its_request() {
    let shop = Shop::open().await;
    let program = Program::spawn(shop.program(), &shop.org);
    let answer = program.client.get(paths::HELLO).await.expect(200);
    let id = answer.header("x-request-id").unwrap().to_owned();
    let log = program.terminate().await;
    let line = log.lines().find(|line| line.contains("/api/hello")).unwrap();
    let (time, rest) = line.split_once(' ').unwrap();
    assert!(time.len() == 27 && time.ends_with('Z') && time.contains('T'), "{line}");
    let expected = format!(
        r#" INFO request{{id={id}}}: api::request_log: request method="GET" path="/api/hello" status=200 duration_ms="#
    );
    assert!(rest.starts_with(&expected), "{line}");
    shop.close().await;
}

/// The log of a program whose reader has gone to sleep after the first line.
struct SleepingReader {
    child: Child,
    log: BufReader<ChildStderr>,
    client: Client,
}

impl SleepingReader {
    fn spawn(shop: &Shop) -> Self {
        let mut command = shop.program();
        command
            .env("OKTA_OAUTH2_ISSUER", shop.org.issuer().as_str())
            .env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id())
            .env("API_ADDR", "127.0.0.1:0")
            .env("LOG_FORMAT", "text")
            .env("NO_COLOR", "1");
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::with_capacity(1, child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("the shop's API is open") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "it does not listen");
        }
        let address = line.trim().rsplit('=').next().unwrap().to_owned();
        Self { child, log, client: Client::of(&address) }
    }
}

impl Drop for SleepingReader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_no_request_and_says_how_many_lines_were_dropped() {
    let shop = Shop::open().await;
    let mut program = SleepingReader::spawn(&shop);
    // More than the pipe and the program's own memory take.
    let long = |i: usize| format!("{}?{i}", paths::HELLO);
    let asking = ask(&program.client, (0..20_000).map(long));
    let asked = tokio::time::timeout(TIMEOUT * 6, asking).await.expect("requests wait for the log's reader");
    let told = std::process::Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status();
    assert!(told.unwrap().success());
    let mut text = String::new();
    program.log.read_to_string(&mut text).unwrap();
    assert!(program.child.wait().unwrap().success());
    let dropped: usize = text.lines().filter_map(dropped_in).sum();
    let written = text.lines().filter(|line| line.contains(" status=200 ")).count();
    assert!(dropped > 0 && written > 0, "{written} lines, {dropped} dropped");
    // A few lines tell of other things, and may be among those that were dropped.
    assert!((asked..asked + 10).contains(&(written + dropped)), "{written} + {dropped} of {asked}");
    shop.close().await;
}

/// The number in `WARN api::log: 12 lines of this log were dropped …`.
fn dropped_in(line: &str) -> Option<usize> {
    let (before, _) = line.split_once(" lines of this log were dropped")?;
    before.rsplit(' ').next()?.parse().ok()
}
