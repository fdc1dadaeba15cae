//! An example as a program that somebody started. (`okta-actix` tests its examples by it, too.)

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// It ends with this value.
pub(crate) struct Program {
    child: Child,
    /// `http://`, and where it says that it listens.
    pub(crate) url: String,
}

impl Program {
    /// Starts an example of this crate on a port of its own.
    pub(crate) async fn start(name: &'static str, environment: Vec<(&'static str, String)>) -> Self {
        tokio::task::spawn_blocking(move || Self::spawn(name, environment)).await.unwrap()
    }

    fn spawn(name: &str, environment: Vec<(&str, String)>) -> Self {
        let directory = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples");
        let mut child = Command::new(directory.join(name))
            .envs(environment)
            .env("API_ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`cargo build --examples` first: a filtered test run does not build them");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").expect("where it listens");
        Self { url: format!("http://{address}"), child }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
