//! Grove on several machines, as far as one can show them: three processes of the API behind HAProxy, with a PostgreSQL and a
//! Redis that they share, an org and the shop. `cargo dev cluster` runs it for looking, a test breaks it piece by piece.
//!
//! All of it listens on loopback or on Unix sockets, keeps its files in a folder that goes with it, and ends with it.

mod error;
mod haproxy;
mod postgres;
mod server;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use okta_cli::DOCS_APP;
use okta_local::RunningOrg;
use shared::{SpaConfig, paths};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use self::postgres::Postgres;
use self::server::Server;
use crate::spa_server::{SpaServer, SpaSettings};
use crate::stack::{Listeners, org_builder, start_org};
use crate::tools::REDIS;

pub use self::error::ClusterError;

/// Processes of the API.
pub const REPLICAS: usize = 3;

/// How long the whole may take to be ready.
const TIMEOUT: Duration = Duration::from_secs(60);

/// All of it, running.
#[derive(Debug)]
pub struct Cluster {
    org: RunningOrg,
    spa: Option<SpaServer>,
    spa_url: String,
    /// HAProxy's, which is the API's for everybody.
    api_url: String,
    proxy: Server,
    replicas: Vec<Mutex<Replica>>,
    addresses: Vec<String>,
    postgres: Mutex<Postgres>,
    redis: Mutex<Option<Server>>,
    // Removed last.
    folder: TempDir,
}

/// One process of the API, and how it is started again.
#[derive(Debug)]
struct Replica {
    program: PathBuf,
    variables: Vec<(&'static str, String)>,
    address: String,
    log: PathBuf,
    running: Option<Server>,
}

impl Cluster {
    /// Starts everything with this program of the API, and with further variables for it. The shop's pages are served where
    /// there is a build of them.
    ///
    /// # Errors
    /// Which part does not start, and why.
    pub async fn start(
        program: &Path,
        further: &[(&'static str, &str)],
        dist: Option<PathBuf>,
        listeners: Listeners,
    ) -> Result<Self, ClusterError> {
        let folder = tempfile::tempdir().map_err(ClusterError::Folder)?;
        let (api_url, spa_url) = (listeners.api_url()?, listeners.spa_url()?);
        let Listeners { org, api, spa } = listeners;
        let org = org_builder(org.ok_or(ClusterError::NoOrg)?, &spa_url, &api_url, true);
        let org = start_org(org).await?;
        let postgres = Postgres::start(folder.path()).await?;
        let redis = start_redis(folder.path()).await?;
        let (mut replicas, mut addresses) = (Vec::new(), Vec::new());
        for number in 1..=REPLICAS {
            let mut variables = variables(&org, &postgres, folder.path(), &spa_url, &api_url);
            variables.extend(further.iter().map(|(name, value)| (*name, (*value).to_owned())));
            let log = folder.path().join(format!("api-{number}.log"));
            let mut replica = Replica::new(program, variables, free_port()?, log);
            replica.start(folder.path())?;
            addresses.push(replica.address.clone());
            replicas.push(Mutex::new(replica));
        }
        let port = api.local_addr().map_err(ClusterError::Port)?.port();
        // HAProxy binds it itself; nobody else has asked for it meanwhile.
        drop(api);
        let proxy = haproxy::start(folder.path(), port, &addresses)?;
        let spa = match dist {
            Some(dist) => Some(start_spa(spa, dist, &org, &api_url)?),
            None => None,
        };
        let (postgres, redis) = (Mutex::new(postgres), Mutex::new(Some(redis)));
        let cluster =
            Self { org, spa, spa_url, api_url, proxy, replicas, addresses, postgres, redis, folder };
        cluster.is_ready(REPLICAS).await?;
        Ok(cluster)
    }

    /// Where the shop is, if its pages are served.
    pub fn spa_url(&self) -> &str {
        &self.spa_url
    }

    /// Where the API is: at HAProxy.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Where each of the API's processes is, e.g. `127.0.0.1:40001`.
    pub fn replicas(&self) -> impl Iterator<Item = &str> {
        self.addresses.iter().map(String::as_str)
    }

    /// The org.
    pub fn org(&self) -> &RunningOrg {
        &self.org
    }

    /// Where everything is written: databases and logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills one of the API's processes, without a word.
    ///
    /// # Errors
    /// Where it cannot be killed.
    pub async fn kill_replica(&self, number: usize) -> Result<(), ClusterError> {
        match self.replicas[number].lock().await.running.take() {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    /// Ends one of the API's processes as an administrator does, after what it has begun to answer, and starts it again.
    ///
    /// # Errors
    /// Where it does not end, or not start.
    pub async fn restart_replica(&self, number: usize) -> Result<(), ClusterError> {
        let mut replica = self.replicas[number].lock().await;
        if let Some(server) = replica.running.take() {
            server.terminate().await?;
        }
        replica.start(self.folder.path())
    }

    /// Has PostgreSQL crash, and starts it again.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn crash_postgres(&self) -> Result<(), ClusterError> {
        self.postgres.lock().await.crash().await
    }

    /// Kills Redis, which forgets everything.
    ///
    /// # Errors
    /// Where it cannot be killed.
    pub async fn kill_redis(&self) -> Result<(), ClusterError> {
        match self.redis.lock().await.take() {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    /// Starts Redis again.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn start_redis(&self) -> Result<(), ClusterError> {
        *self.redis.lock().await = Some(start_redis(self.folder.path()).await?);
        Ok(())
    }

    /// Waits until so many of the API's processes say that they are ready.
    ///
    /// # Errors
    /// Where they are not after a minute.
    pub async fn is_ready(&self, replicas: usize) -> Result<(), ClusterError> {
        let (begun, http) = (Instant::now(), okta_cli::http::loopback());
        loop {
            let mut ready = 0;
            for address in self.replicas() {
                let answer = http.get(format!("http://{address}{}", paths::READYZ)).send().await;
                ready += usize::from(answer.is_ok_and(|answer| answer.status().is_success()));
            }
            let proxied = http.get(format!("{}{}", self.api_url, paths::READYZ)).send().await;
            if ready >= replicas && proxied.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if begun.elapsed() > TIMEOUT {
                return Err(ClusterError::NotReady { ready, logs: self.folder.path().to_owned() });
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends everything.
    ///
    /// # Errors
    /// What does not end by itself; it is killed.
    pub async fn stop(self) -> Result<(), ClusterError> {
        let Self { org, spa, proxy, replicas, postgres, redis, folder, .. } = self;
        proxy.terminate().await?;
        for replica in replicas {
            if let Some(server) = replica.into_inner().running {
                server.terminate().await?;
            }
        }
        if let Some(redis) = redis.into_inner() {
            redis.terminate().await?;
        }
        postgres.into_inner().stop().await?;
        if let Some(spa) = spa {
            spa.stop().await;
        }
        org.stop().await;
        folder.close().map_err(ClusterError::Folder)
    }
}

impl Replica {
    fn new(program: &Path, mut variables: Vec<(&'static str, String)>, port: u16, log: PathBuf) -> Self {
        let address = format!("127.0.0.1:{port}");
        variables.push(("API_ADDR", address.clone()));
        Self { program: program.to_owned(), variables, address, log, running: None }
    }

    fn start(&mut self, folder: &Path) -> Result<(), ClusterError> {
        let mut command = Command::new(&self.program);
        // A `.env` of the workspace must not be found.
        command
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(folder);
        self.running = Some(Server::start("api", command, &self.log)?);
        Ok(())
    }
}

fn variables(
    org: &RunningOrg,
    postgres: &Postgres,
    folder: &Path,
    spa_url: &str,
    api_url: &str,
) -> Vec<(&'static str, String)> {
    vec![
        ("OKTA_OAUTH2_ISSUER", org.issuer().as_str().to_owned()),
        ("OKTA_OAUTH2_CLIENT_ID", format!("{},{}", org.client_id(), org.service_client().client_id)),
        ("UNIVERSAL_LOGOUT_ORG", org.base_url().to_owned()),
        ("API_DOCS_CLIENT_ID", org.client_id_of(DOCS_APP).unwrap_or_default()),
        ("DATABASE_URL", postgres.url()),
        ("REDIS_URL", format!("unix://{}", redis_socket(folder).display())),
        // HAProxy's: nobody else reaches the processes in this play.
        ("TRUSTED_PROXIES", Ipv4Addr::LOCALHOST.to_string()),
        ("SPA_ORIGINS", spa_url.to_owned()),
        ("PUBLIC_URL", api_url.to_owned()),
    ]
}

fn start_spa(
    listener: TcpListener,
    dist: PathBuf,
    org: &RunningOrg,
    api_url: &str,
) -> Result<SpaServer, ClusterError> {
    let config = SpaConfig {
        issuer: org.issuer().as_str().to_owned(),
        client_id: org.client_id().to_owned(),
        api_origin: api_url.to_owned(),
        ..SpaConfig::default()
    };
    Ok(SpaServer::start(listener, SpaSettings { dist, config, https: false })?)
}

fn redis_socket(folder: &Path) -> PathBuf {
    folder.join("redis.sock")
}

/// It keeps nothing: what it knows is worth a minute.
async fn start_redis(folder: &Path) -> Result<Server, ClusterError> {
    let socket = redis_socket(folder);
    let mut command = Command::new(REDIS.path().unwrap_or_else(|| "redis-server".into()));
    command.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"]).arg(&socket);
    command.current_dir(folder);
    // One that was killed has left it.
    let _ = std::fs::remove_file(&socket);
    let server = Server::start("Redis", command, &folder.join("redis.log"))?;
    server.listens_at(&socket).await?;
    Ok(server)
}

fn free_port() -> Result<u16, ClusterError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(ClusterError::Port)?;
    Ok(listener.local_addr().map_err(ClusterError::Port)?.port())
}
