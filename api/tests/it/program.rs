//! The program `api` as a process of its own, to be stopped and killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use okta_local::RunningOrg;

use crate::shop::{Client, Shop};

/// A running `api`; killed if the test ends before it does.
pub(crate) struct Program {
    child: Child,
    pub(crate) client: Client,
    address: SocketAddr,
    log: mpsc::Receiver<String>,
}

/// How long it may take to stop once nothing is left to do.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Program {
    /// Starts it on the shop's database with the most talkative log, and waits until it listens.
    pub(crate) fn start(shop: &Shop) -> Self {
        let mut command = shop.program();
        command.env("RUST_LOG", "trace");
        Self::spawn(command, &shop.org)
    }

    /// Starts this command for tokens of this org.
    pub(crate) fn spawn(mut command: Command, org: &RunningOrg) -> Self {
        command
            .env("OKTA_OAUTH2_ISSUER", org.issuer().as_str())
            .env("OKTA_OAUTH2_CLIENT_ID", org.client_id());
        Self::spawn_as_it_is(&mut command)
    }

    /// Starts this command, which knows its org.
    pub(crate) fn spawn_as_it_is(command: &mut Command) -> Self {
        command.env("API_ADDR", "127.0.0.1:0");
        if command.get_envs().all(|(name, _)| name != "LOG_FORMAT") {
            command.env("LOG_FORMAT", "text");
        }
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let ((found, address), (ended, log)) = (mpsc::channel(), mpsc::channel());
        // Somebody must always read, or the process blocks on a full pipe.
        std::thread::spawn(move || ended.send(read_log(stderr, &found)));
        let Ok(address) = address.recv() else { panic!("it does not listen: {:?}", log.recv()) };
        Self { child, client: Client::of(&address), address: address.parse().unwrap(), log }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The memory that it has in use, in bytes.
    pub(crate) fn resident_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        resident.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Tells it to stop, waits until it did so by itself, and gives back its log.
    pub(crate) async fn terminate(self) -> String {
        self.tell_to_stop();
        self.stopped().await
    }

    /// SIGTERM, and no more.
    pub(crate) fn tell_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Waits until it stopped by itself; its log. Requests of the test go on meanwhile.
    pub(crate) async fn stopped(mut self) -> String {
        tokio::task::spawn_blocking(move || {
            let log = self.log.recv_timeout(TIMEOUT).expect("it stops in time");
            assert!(self.child.wait().unwrap().success(), "{log}");
            log
        })
        .await
        .unwrap()
    }

    /// SIGKILL: it learns nothing of its end.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn read_log(stderr: ChildStderr, found: &mpsc::Sender<String>) -> String {
    let mut log = String::new();
    for line in BufReader::new(stderr).lines() {
        let line = line.unwrap();
        if let Some((_, rest)) = line.split_once("the shop's API is open") {
            // Where there are colours, they stand in between.
            let rest = rest.trim_end_matches("\"}");
            let address = rest.rsplit(['=', 'm', '"']).next().unwrap();
            found.send(address.trim().to_owned()).unwrap();
        }
        log.push_str(&line);
        log.push('\n');
    }
    log
}

impl Drop for Program {
    fn drop(&mut self) {
        // It is gone already where the test went well.
        drop(self.child.kill());
    }
}
