//! From a description of an org to a running one.

use std::net::{IpAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use okta_types::Issuer;

use crate::description::Description;
use crate::loopback;
use crate::mail::SmtpServer;
use crate::org::app::App;
use crate::org::app_kind::ApplicationType;
use crate::org::authenticators::Authenticators;
use crate::org::authorization_server::DEFAULT_SERVER;
use crate::org::client_secret::ClientSecret;
use crate::org::password::PasswordHashing;
use crate::org::seed;
use crate::org::tenant::Tenant;
use crate::random::seeded_id;
use crate::rate_limits::ClientLimits;
use crate::running::RunningOrg;
use crate::seed_file::Seeds;
use crate::server::{self, Server, Side};
use crate::service_client::ServiceClient;
use crate::state_file::StateError;

/// What identifiers are made of where nobody says.
const DEFAULT_SEED: u64 = 0;

/// An org; [`Org::builder`] is the way to one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Org;

impl Org {
    /// An org that listens on any free port and has no app yet.
    pub fn builder() -> OrgBuilder {
        OrgBuilder {
            listeners: Vec::new(),
            port: 0,
            address: None,
            other_machines: false,
            apps: Vec::new(),
            seed: DEFAULT_SEED,
            hashing: PasswordHashing::Full,
            limits: ClientLimits::Okta,
            control: None,
            seeds: None,
            state_file: None,
            requires_pushed_requests: false,
            authenticators: Authenticators::default(),
            smtp: None,
            records_exchanges: false,
        }
    }

    /// The client id that an app of this label has in an org of the default seed, such as `cargo dev` runs.
    pub fn seeded_client_id(label: &str) -> String {
        seeded_id("0oa", DEFAULT_SEED, label)
    }

    /// The service app that an org of the default seed has where it was given none.
    pub fn seeded_service_client() -> ServiceClient {
        let client_secret = ClientSecret::seeded(DEFAULT_SEED, seed::SERVICE_LABEL);
        ServiceClient { client_id: Self::seeded_client_id(seed::SERVICE_LABEL), client_secret }
    }
}

/// Describes an org before it starts; [`Self::start`] starts it.
#[derive(Debug)]
pub struct OrgBuilder {
    listeners: Vec<TcpListener>,
    port: u16,
    address: Option<IpAddr>,
    other_machines: bool,
    apps: Vec<App>,
    seed: u64,
    hashing: PasswordHashing,
    limits: ClientLimits,
    control: Option<u16>,
    seeds: Option<Seeds>,
    state_file: Option<PathBuf>,
    requires_pushed_requests: bool,
    authenticators: Authenticators,
    smtp: Option<SmtpServer>,
    records_exchanges: bool,
}

impl OrgBuilder {
    /// Takes connections from this listener, which must be bound to loopback unless
    /// [`Self::serve_other_machines`] is said; wins over [`Self::port`] and [`Self::bind`]. May be repeated for other
    /// addresses of the same port.
    #[must_use]
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listeners.push(listener);
        self
    }

    /// Listens on this port; 0 is any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Listens on this address alone instead of 127.0.0.1 and ::1. One that is not loopback is refused unless
    /// [`Self::serve_other_machines`] is said too. The org's addresses stay `http://localhost:{port}`: this is
    /// for containers and virtual machines whose port is passed on.
    #[must_use]
    pub fn bind(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Allows an address that other machines can reach. Passwords and the API token of this org are public, so
    /// whoever reaches it can do everything; a warning is logged. The control plane stays on loopback.
    #[must_use]
    pub fn serve_other_machines(mut self) -> Self {
        self.other_machines = true;
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

    /// Keeps all that changes in this file over restarts: people, apps, policies, keys, sessions, tokens,
    /// consents and the moved clock. Without it they are in memory only. Each answer waits until the file is
    /// on the disk. It holds private keys and client secrets and is readable by its owner only. Where the file
    /// is there already, it counts, and not what this builder says of people, apps and policies.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// How much work passwords' hashes take; [`PasswordHashing::Full`] by default.
    #[must_use]
    pub fn password_hashing(mut self, hashing: PasswordHashing) -> Self {
        self.hashing = hashing;
        self
    }

    /// Whether the limits of `/authorize` and `/token` for callers and people hold; [`ClientLimits::Okta`] unless told
    /// otherwise.
    #[must_use]
    pub fn client_limits(mut self, limits: ClientLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the org takes no authorization request that was not pushed to it (RFC 9126), and says so in its
    /// metadata; [`RunningOrg::require_pushed_authorization_requests`] changes it later.
    #[must_use]
    pub fn require_pushed_authorization_requests(mut self, required: bool) -> Self {
        self.requires_pushed_requests = required;
        self
    }

    /// Whether e-mail is an authenticator: a second factor that everybody has, by code and by link;
    /// [`RunningOrg::set_email_authenticator`] changes it later.
    #[must_use]
    pub fn email_authenticator(mut self, on: bool) -> Self {
        self.authenticators.email = on;
        self
    }

    /// Whether people may use passkeys: to sign in, and as a second factor; whoever signs in is offered one.
    /// [`RunningOrg::set_passkeys`] changes it later.
    #[must_use]
    pub fn passkeys(mut self, on: bool) -> Self {
        self.authenticators.passkeys = on;
        self
    }

    /// Sends mail to this server as well, by SMTP without TLS and without a name: one that shows it, for development.
    #[must_use]
    pub fn smtp(mut self, server: SmtpServer) -> Self {
        self.smtp = Some(server);
        self
    }

    /// Serves the control plane on this port of loopback; 0 is any free one. Without this there is none,
    /// and only the methods of [`RunningOrg`] move things.
    #[must_use]
    pub fn control_port(mut self, port: u16) -> Self {
        self.control = Some(port);
        self
    }

    /// Keeps every request and its answer in memory, for [`RunningOrg::exchanges`]: for tests that look for secrets elsewhere.
    #[must_use]
    pub fn record_exchanges(mut self) -> Self {
        self.records_exchanges = true;
        self
    }

    /// Starts the org on threads of its own; it runs until [`RunningOrg::stop`] or until it is dropped.
    ///
    /// # Errors
    /// An address of an app that cannot be used, two apps of one label, or a port that cannot be had.
    pub async fn start(self) -> Result<RunningOrg, StartError> {
        let apps = self.checked_apps()?;
        let listeners = match self.address {
            _ if !self.listeners.is_empty() => self.listeners,
            None => listen_on_both(self.port)?,
            Some(address) if self.other_machines || address.is_loopback() => {
                vec![listen(address, self.port)?]
            }
            Some(_) => return Err(StartError::NotLoopback),
        };
        let base_url = format!("http://localhost:{}", checked_port(&listeners, self.other_machines)?);
        let issuer = Issuer::parse(&format!("{base_url}/oauth2/{DEFAULT_SERVER}"))
            .expect("the address of a loopback server is an issuer");
        let description = Description {
            apps,
            seed: self.seed,
            hashing: self.hashing,
            seeds: self.seeds,
            requires_pushed_requests: self.requires_pushed_requests,
            authenticators: self.authenticators,
        };
        let accounts = description.accounts();
        let state_file = self.state_file;
        let tenant = tokio::task::spawn_blocking(move || {
            let failed = |source| StartError::State { path: state_file.clone().unwrap_or_default(), source };
            description.tenant(base_url, state_file.as_deref()).map_err(failed)
        });
        let tenant =
            tenant.await.map_err(|panicked| StartError::Server(std::io::Error::other(panicked)))??;
        if self.limits == ClientLimits::LiftedForTests {
            tenant.limits.lift();
        }
        if self.records_exchanges {
            tenant.exchanges.turn_on();
        }
        if let Some(server) = self.smtp {
            tenant.outbox.relay_to(server);
        }
        let server =
            server::spawn(Arc::clone(&tenant), listeners, Side::Org).await.map_err(StartError::Server)?;
        let control = match self.control {
            Some(port) => Some(control(&tenant, port).await?),
            None => None,
        };
        Ok(RunningOrg::new(tenant, issuer, accounts, server, control))
    }

    fn checked_apps(&self) -> Result<Vec<App>, StartError> {
        let of_file =
            self.seeds.iter().flat_map(|seeds| &seeds.content().apps).map(|app| App::from(&app.value));
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

fn listen(address: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((address, port)).map_err(|source| StartError::Listen { address, port, source })
}

fn listen_on_both(port: u16) -> Result<Vec<TcpListener>, StartError> {
    loopback::listen(port).map_err(|(address, source)| StartError::Listen { address, port, source })
}

/// The port of the first, once none is open to other machines against the will of the builder.
fn checked_port(listeners: &[TcpListener], other_machines: bool) -> Result<u16, StartError> {
    let mut port = None;
    for listener in listeners {
        let address = listener.local_addr().map_err(StartError::Listener)?;
        if !address.ip().is_loopback() {
            if !other_machines {
                return Err(StartError::NotLoopback);
            }
            tracing::warn!(%address, "other machines can reach this org, and its passwords are public");
        }
        port = port.or(Some(address.port()));
    }
    Ok(port.unwrap_or_default())
}

/// The control plane's server and its address.
async fn control(tenant: &Arc<Tenant>, port: u16) -> Result<(Server, String), StartError> {
    let listeners = listen_on_both(port)?;
    let port = checked_port(&listeners, false)?;
    let server =
        server::spawn(Arc::clone(tenant), listeners, Side::Control).await.map_err(StartError::Server)?;
    Ok((server, format!("http://localhost:{port}")))
}

/// Why an org did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Correct the address in the app's description.
    #[error(
        "the app {app} has an address that cannot be used: {uri} (it must be an absolute http or https URL without a fragment)"
    )]
    Uri {
        /// The label of the app whose address it is.
        app: String,
        /// The address as it was given.
        uri: String,
    },
    /// Labels name apps, so they must differ.
    #[error("two apps have the label {0}")]
    DuplicateLabel(String),
    /// Choose another port or stop what uses this one.
    #[error("cannot listen on {address}, port {port}")]
    Listen {
        /// The address asked for.
        address: IpAddr,
        /// The port asked for.
        port: u16,
        /// What the operating system reported.
        source: std::io::Error,
    },
    /// The given listener is of no use.
    #[error("the given listener has no address")]
    Listener(#[source] std::io::Error),
    /// This org gives tokens to anybody who asks, so it serves this machine only.
    #[error("the address is not a loopback address; only `serve_other_machines` allows that")]
    NotLoopback,
    /// Move the file away to start afresh, or choose another.
    #[error("the state file {} cannot be used", .path.display())]
    State {
        /// The path of the state file.
        path: PathBuf,
        /// What is wrong with it.
        source: StateError,
    },
    /// The server's threads did not start.
    #[error("the server did not start")]
    Server(#[source] std::io::Error),
}
