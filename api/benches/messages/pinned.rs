//! A server in a process of its own, on a processor of its own.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::num::NonZeroU32;
use std::process::{Child, Command, Stdio};

use api::Settings;
use okta_types::Issuer;

use crate::processor;
use crate::settings::settings;

/// A running one; it ends with this value.
pub(crate) struct Pinned {
    child: Child,
    pub(crate) port: u16,
}

/// The beginning of a command: from its start on on one processor, so that Actix counts one and starts one worker.
pub(crate) fn command() -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &processor::SERVER.to_string()]);
    command
}

impl Pinned {
    /// Runs it until it has printed its port.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The API's settings by these variables: issuer, client id, SQLite file. It is asked for as much as the machine can answer.
pub(crate) fn settings_by(variables: [&str; 3]) -> Settings {
    let [issuer, client_id, database] = variables.map(|name| env::var(name).unwrap());
    let issuer = Issuer::parse(&issuer).unwrap();
    let mut settings = settings(issuer, client_id, format!("sqlite:{database}"));
    settings.limits.in_flight = NonZeroU32::new(10_000).unwrap();
    settings.limits.connections_per_address = NonZeroU32::MAX;
    settings
}
