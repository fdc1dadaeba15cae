//! A PostgreSQL of the cluster's own, on a Unix socket. It refuses to run as root; there it runs as the user that its package
//! has made.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::error::ClusterError;
use super::server::{Server, TIMEOUT};
use crate::tools::{is_root, postgres_folder};

const DATABASE: &str = "shop";

#[derive(Debug)]
pub(super) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    running: Option<Server>,
}

impl Postgres {
    /// Makes one with an empty database, and starts it.
    pub(super) async fn start(folder: &Path) -> Result<Self, ClusterError> {
        let programs = postgres_folder().unwrap_or_default();
        // Whoever it runs as has to pass through.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(ClusterError::Folder)?;
        let folder = folder.join("postgres");
        fs::create_dir(&folder).map_err(ClusterError::Folder)?;
        let mut postgres = Self { programs, folder, running: None };
        if is_root() {
            postgres.run("chown", &["postgres", postgres.path("").as_str()], false).await?;
        }
        let data = postgres.path("data");
        let made =
            ["--username=grove", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--pgdata"];
        postgres.run("initdb", &[&made[..], &[data.as_str()]].concat(), true).await?;
        postgres.start_again().await?;
        let host = postgres.path("");
        postgres.run("createdb", &["--host", host.as_str(), "--username", "grove", DATABASE], true).await?;
        Ok(postgres)
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://grove@localhost/{DATABASE}?host={}", self.folder.display())
    }

    /// Ends all of its processes at once, as a crash does, and starts it again.
    pub(super) async fn crash(&mut self) -> Result<(), ClusterError> {
        if let Some(server) = self.running.take() {
            server.end("-QUIT").await?;
        }
        self.start_again().await
    }

    pub(super) async fn stop(self) -> Result<(), ClusterError> {
        match self.running {
            // Not after the last client has gone, but now.
            Some(server) => server.end("-INT").await,
            None => Ok(()),
        }
    }

    async fn start_again(&mut self) -> Result<(), ClusterError> {
        let (data, host) = (self.path("data"), self.path(""));
        let mut command = self.command("postgres", true);
        command.args(["-D", data.as_str(), "-c", "listen_addresses=", "-c", "max_connections=100"]);
        command.args(["-c", &format!("unix_socket_directories={host}")]);
        let server = Server::start("PostgreSQL", command, &self.log())?;
        server.listens_at(&self.folder.join(".s.PGSQL.5432")).await?;
        self.running = Some(server);
        self.accepts_connections().await
    }

    /// It listens before it is through with what a crash has left.
    async fn accepts_connections(&self) -> Result<(), ClusterError> {
        let begun = Instant::now();
        let host = self.path("");
        while self.run("pg_isready", &["--quiet", "--host", host.as_str()], true).await.is_err() {
            if begun.elapsed() > TIMEOUT {
                let problem = "does not accept connections";
                return Err(ClusterError::Server { name: "PostgreSQL", problem, log: self.log() });
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn run(&self, program: &'static str, args: &[&str], as_its_user: bool) -> Result<(), ClusterError> {
        let mut command = self.command(program, as_its_user);
        let log =
            fs::File::options().create(true).append(true).open(self.log()).map_err(ClusterError::Folder)?;
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        match command.status().await {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => {
                Err(ClusterError::Server { name: program, problem: "does not succeed", log: self.log() })
            }
            Err(cause) => Err(ClusterError::Start { name: program, cause }),
        }
    }

    /// Its user is not this one where this one is root.
    fn command(&self, program: &str, as_its_user: bool) -> Command {
        let path = if as_its_user { self.programs.join(program) } else { PathBuf::from(program) };
        let mut command = if as_its_user && is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}
