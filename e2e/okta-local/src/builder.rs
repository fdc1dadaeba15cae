//! From a description of an org to a running one.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use okta_types::Issuer;
use serde::de::Error as _;

use crate::clock::Clock;
use crate::grants::Grants;
use crate::org::app::{App, ApplicationType};
use crate::org::client_secret::ClientSecret;
use crate::org::consents::Consents;
use crate::org::password::PasswordHashing;
use crate::org::seed;
use crate::org::session::Sessions;
use crate::org::sign_in::SignIns;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::Account;
use crate::running::RunningOrg;
use crate::seed_file::Seeds;
use crate::server::{self, Server, Side};
use crate::signing::KeyRing;
use crate::state_file::{self, Keeper, Kept, StateError};

/// Okta's default for apps that rotate refresh tokens.
const DEFAULT_GRACE: Duration = Duration::from_secs(30);

/// An org; [`Org::builder`] is the way to one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Org;

impl Org {
    /// An org that listens on any free port and has no app yet.
    pub fn builder() -> OrgBuilder {
        OrgBuilder {
            listener: None,
            port: 0,
            apps: Vec::new(),
            seed: 0,
            hashing: PasswordHashing::Full,
            control: None,
            seeds: None,
            state_file: None,
        }
    }
}

/// Describes an org.
#[derive(Debug)]
pub struct OrgBuilder {
    listener: Option<TcpListener>,
    port: u16,
    apps: Vec<App>,
    seed: u64,
    hashing: PasswordHashing,
    control: Option<u16>,
    seeds: Option<Seeds>,
    state_file: Option<PathBuf>,
}

impl OrgBuilder {
    /// Takes connections from this listener, which must be bound to loopback; wins over [`Self::port`].
    #[must_use]
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Listens on this port of 127.0.0.1; 0 is any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds an app integration. One with a sign-in is assigned to alice and bob; the first such is what
    /// [`RunningOrg::client_id`] names, and without any, "Grove" on `http://localhost:8080` is added.
    /// The first service is what [`RunningOrg::service_client`] names; without any, "Grove backend" is added.
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// What all identifiers are made of: the same seed gives the same client ids and user ids.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// People, groups, apps, scopes and policies from a description, in place of those of every new org. Its
    /// apps come before those of [`Self::app`].
    #[must_use]
    pub fn seeds(mut self, seeds: Seeds) -> Self {
        self.seeds = Some(seeds);
        self
    }

    /// Keeps keys, sessions, tokens, consents and the moved clock in this file over restarts; without it
    /// they are in memory only. The file holds private keys and is readable by its owner only.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// How much work passwords' hashes take; [`PasswordHashing::Full`] unless told otherwise.
    #[must_use]
    pub fn password_hashing(mut self, hashing: PasswordHashing) -> Self {
        self.hashing = hashing;
        self
    }

    /// Serves the control plane on this port of 127.0.0.1; 0 is any free one. Without this there is none,
    /// and only the methods of [`RunningOrg`] move things.
    #[must_use]
    pub fn control_port(mut self, port: u16) -> Self {
        self.control = Some(port);
        self
    }

    /// Starts the org on threads of its own; it runs until [`RunningOrg::stop`] or until it is dropped.
    ///
    /// # Errors
    /// An address of an app that cannot be used, two apps of one label, or a port that cannot be had.
    pub async fn start(self) -> Result<RunningOrg, StartError> {
        let apps = self.checked_apps()?;
        let listener = match self.listener {
            Some(listener) => listener,
            None => listen(self.port)?,
        };
        let address = listener.local_addr().map_err(StartError::Listener)?;
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback);
        }
        let base_url = format!("http://localhost:{}", address.port());
        let issuer = Issuer::parse(&format!("{base_url}/oauth2/{}", seed::DEFAULT_SERVER))
            .expect("the address of a loopback server is an issuer");
        let description = Description { apps, seed: self.seed, hashing: self.hashing, seeds: self.seeds };
        let accounts = description.accounts();
        let state_file = self.state_file;
        let (tenant, keeper) =
            tokio::task::spawn_blocking(move || with_state(description, base_url, state_file))
                .await
                .map_err(|panicked| StartError::Server(std::io::Error::other(panicked)))??;
        let server =
            server::spawn(Arc::clone(&tenant), listener, Side::Org).await.map_err(StartError::Server)?;
        let control = match self.control {
            Some(port) => Some(control(&tenant, port).await?),
            None => None,
        };
        Ok(RunningOrg::new(tenant, issuer, accounts, server, control, keeper))
    }

    fn checked_apps(&self) -> Result<Vec<App>, StartError> {
        let of_file = self.seeds.iter().flat_map(|seeds| &seeds.content().apps).map(App::from);
        let mut apps: Vec<_> = of_file.chain(self.apps.iter().cloned()).collect();
        if apps.iter().all(|app| app.kind == ApplicationType::Service) {
            let grove = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
            apps.push(grove.post_logout_redirect_uri("http://localhost:8080"));
        }
        if apps.iter().all(|app| app.kind != ApplicationType::Service) {
            apps.push(App::service(seed::SERVICE_LABEL));
        }
        for (i, app) in apps.iter().enumerate() {
            if let Some(uri) = app.unusable_uri() {
                return Err(StartError::Uri { app: app.label.clone(), uri: uri.to_owned() });
            }
            if apps[..i].iter().any(|other| other.label == app.label) {
                return Err(StartError::DuplicateLabel(app.label.clone()));
            }
        }
        Ok(apps)
    }
}

fn listen(port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|source| StartError::Listen { port, source })
}

/// The control plane's server and its address.
async fn control(tenant: &Arc<Tenant>, port: u16) -> Result<(Server, String), StartError> {
    let listener = listen(port)?;
    let port = listener.local_addr().map_err(StartError::Listener)?.port();
    let server =
        server::spawn(Arc::clone(tenant), listener, Side::Control).await.map_err(StartError::Server)?;
    Ok((server, format!("http://localhost:{port}")))
}

/// A checked description of an org.
struct Description {
    apps: Vec<App>,
    seed: u64,
    hashing: PasswordHashing,
    seeds: Option<Seeds>,
}

impl Description {
    fn accounts(&self) -> Vec<Account> {
        let of_file = self.seeds.as_ref().map(|seeds| seeds.accounts(self.seed));
        of_file.unwrap_or_else(|| seed::accounts(self.seed))
    }

    /// Making keys and hashing passwords takes a moment, so this runs off the caller's runtime. `None` where
    /// what was kept holds no keys.
    fn tenant(self, base_url: String, kept: Option<Kept>) -> Option<Tenant> {
        let clock = Clock::moved(kept.as_ref().map_or(0, |kept| kept.ahead));
        let now = clock.now();
        let mut directory = seed::directory(self.apps, &base_url, self.seed, self.hashing, now);
        if let Some(seeds) = self.seeds {
            seeds.plant(&mut directory, self.seed, self.hashing, now);
        }
        let mut state = State {
            directory,
            sessions: Sessions::default(),
            sign_ins: SignIns::default(),
            grants: Grants::default(),
            refresh_grace: DEFAULT_GRACE,
            response_iss: false,
            consents: Consents::default(),
            used_steps: HashMap::new(),
        };
        let keys = match kept {
            None => KeyRing::generate(now),
            Some(kept) => {
                (state.sessions, state.grants) = (kept.sessions, kept.grants);
                (state.consents, state.used_steps) = (kept.consents, kept.used_steps);
                KeyRing::kept(&kept.keys)?
            }
        };
        let api_token = ClientSecret::seeded(self.seed, "management API");
        Some(Tenant::new(base_url, clock, keys, self.hashing, api_token, state))
    }
}

/// An org, and what writes down its state where a file is given.
fn with_state(
    description: Description,
    base_url: String,
    path: Option<PathBuf>,
) -> Result<(Arc<Tenant>, Option<Keeper>), StartError> {
    let failed = |source| StartError::State { path: path.clone().unwrap_or_default(), source };
    let kept = path.as_deref().map(state_file::read).transpose().map_err(failed)?.flatten();
    let tenant = description.tenant(base_url, kept);
    let tenant = tenant.ok_or_else(|| failed(serde_json::Error::custom("no keys").into()))?;
    let tenant = Arc::new(tenant);
    let keeper = path.clone().map(|path| Keeper::start(Arc::clone(&tenant), path));
    Ok((tenant, keeper.transpose().map_err(failed)?))
}

/// Why an org did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Correct the address in the app's description.
    #[error("the app {app} has an address that is not an absolute http(s) one without fragment: {uri}")]
    Uri {
        /// The app's label.
        app: String,
        /// The address.
        uri: String,
    },
    /// Labels name apps, so they must differ.
    #[error("two apps are called {0}")]
    DuplicateLabel(String),
    /// Choose another port or stop what uses this one.
    #[error("cannot listen on port {port} of 127.0.0.1")]
    Listen {
        /// The port asked for.
        port: u16,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The given listener is of no use.
    #[error("the given listener has no address")]
    Listener(#[source] std::io::Error),
    /// Tokens of this org open doors to whoever asks; it serves this machine only.
    #[error("the given listener is not bound to loopback")]
    NotLoopback,
    /// Move the file away to start anew, or choose another.
    #[error("the state in {} cannot be used", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: StateError,
    },
    /// The server's threads did not start.
    #[error("the server did not start")]
    Server(#[source] std::io::Error),
}
