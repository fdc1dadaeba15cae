//! The org in a process of its own, and what the system knows of that process.

use std::fs;
use std::process::Stdio;

use okta_local::{App, ClientLimits, Org, PasswordHashing};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Outcome;
use crate::sign_in::CALLBACK;

/// Clock ticks of `/proc` in a second; the same on every Linux.
const TICKS: f64 = 100.0;

/// Runs an org until the one who started it is gone, and tells where it is.
pub(crate) async fn serve() -> Outcome<()> {
    let org = Org::builder()
        .app(App::spa("Load").redirect_uri(CALLBACK))
        .password_hashing(PasswordHashing::LoweredForTests)
        .client_limits(ClientLimits::LiftedForTests)
        .control_port(0)
        .start()
        .await?;
    println!("{} {} {}", org.issuer(), org.client_id(), org.control_url().unwrap_or_default());
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    org.stop().await;
    Ok(())
}

/// An org in a process of its own, which ends with this value.
pub(crate) struct OrgProcess {
    _child: Child,
    pid: u32,
    issuer: String,
    client_id: String,
    control: String,
}

impl OrgProcess {
    pub(crate) async fn start() -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let command = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let pid = child.id().ok_or("the org ended at once")?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the org has no output")?;
        BufReader::new(output).read_line(&mut line).await?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut word = || words.next().ok_or("the org did not say where it is");
        let (issuer, client_id, control) = (word()?, word()?, word()?);
        Ok(Self { _child: child, pid, issuer, client_id, control })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Lets time pass for the org.
    pub(crate) async fn advance_clock(&self, seconds: u64) -> Outcome<()> {
        let body = format!(r#"{{"advance_seconds":{seconds}}}"#);
        let request = reqwest::Client::builder().no_proxy().build()?.post(format!("{}/clock", self.control));
        request.header("Content-Type", "application/json").body(body).send().await?.error_for_status()?;
        Ok(())
    }

    /// Memory in use, in KiB.
    pub(crate) fn resident_kib(&self) -> Outcome<i64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
        Ok(kib.parse()?)
    }

    /// Processor time so far, of the program and of the system on its behalf, in seconds.
    pub(crate) fn processor_seconds(&self) -> Outcome<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The program's name is in brackets and may hold spaces; the 14th and 15th fields are the times.
        let (_, fields) = stat.rsplit_once(')').ok_or("no processor time")?;
        let times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        Ok(times.sum::<Result<u64, _>>()? as f64 / TICKS)
    }
}
