//! The API as a whole: database, keys, routes and limits put together. `main` and the tests come here.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::ServiceConfig;
use okta_actix::{BearerConfig, ConfigError, Issuer, RevocationRequests, Verifier, VerifierBuilder};

use crate::commands::{self, CommandError};
use crate::connections::Connections;
use crate::metrics::{self, MetricsServer, RequestMetrics, State};
use crate::proofs::UsedProofs;
use crate::revocations::{self, Revocations};
use crate::server::{self, Shop};
use crate::settings::{Replicas, Settings};
use crate::shared_store::{RedisStore, Shared, SharedStore};
use crate::spa::{Site, SpaError, SpaSettings};
use crate::store::{self, OpenError, Store, StoreError};
use crate::{clock, proofs, routes, telemetry};

/// The protection space that challenges name.
const REALM: &str = "grove";
/// How far the issuer's clock and ours may differ.
const LEEWAY: Duration = Duration::from_secs(60);
/// A shop that is bound to its address and ready to run.
#[must_use = "nothing is answered before `run`"]
pub struct Application {
    server: Server,
    connections: Connections,
    addr: SocketAddr,
    store: Store,
    metrics: Option<MetricsServer>,
    /// Where the org may end people's sessions.
    revocations: Option<Revocations>,
}

impl Application {
    /// Opens the database, brings it up to date, fills an empty catalogue, asks for the issuer's keys
    /// (going on without them where it is away) and binds `listener`, or else `settings.addr`.
    ///
    /// # Errors
    /// See [`BuildError`]; nothing is left running then.
    pub async fn build(settings: Settings, listener: Option<TcpListener>) -> Result<Self, BuildError> {
        Self::build_with(settings, listener, routes::configure).await
    }

    /// [`build`](Self::build) with `/compared/messages` beside `/api/messages`: the same answer for whomever
    /// `admits` admits, for the benchmark to compare with.
    ///
    /// # Errors
    /// See [`BuildError`].
    #[cfg(feature = "bench")]
    pub async fn build_for_comparison(
        settings: Settings,
        listener: Option<TcpListener>,
        admits: fn(&actix_web::HttpRequest) -> bool,
    ) -> Result<Self, BuildError> {
        let addresses = move |config: &mut ServiceConfig| routes::configure_for_comparison(config, admits);
        Self::build_with(settings, listener, addresses).await
    }

    async fn build_with(
        settings: Settings,
        listener: Option<TcpListener>,
        addresses: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Result<Self, BuildError> {
        let verifier = verifier(&settings)?;
        let listener = bind(settings.addr, listener)?;
        let addr = listener.local_addr().map_err(BuildError::Serve)?;
        let metrics_listener = settings.metrics_addr.map(bind_metrics).transpose()?;
        let site = site(&settings, addr.port())?;
        let store = store::open(&settings.database_url, settings.limits.database_connections.get()).await?;
        commands::seed_if_empty(&store).await.map_err(BuildError::Catalogue)?;
        // No reason not to start without: the catalogue needs no keys, and the key set says so and goes on trying.
        drop(verifier.warm().await);
        let bearer = BearerConfig::new(verifier.clone()).realm(REALM).clock(clock::now);
        let shared_store = shared_store(&settings.replicas)?;
        let shared = |outage| shared_store.clone().map(|store| Shared { store, outage });
        let used = UsedProofs::shared(shared(settings.replicas.proofs_in_outage));
        let bearer = proofs::take(bearer, &settings, addr.port(), &used);
        let measured = metrics_listener.is_some() || telemetry::exports_metrics();
        let metrics = measured.then(RequestMetrics::new);
        let requests = revocation_requests(&settings, addr.port())?;
        let revocations = match &requests {
            Some(_) => Some(
                known_revocations(store.clone(), verifier.clone()).await.map_err(BuildError::Revocations)?,
            ),
            None => None,
        };
        let shared_limits = shared(settings.replicas.limits_in_outage);
        let shop = Shop {
            store: store.clone(),
            bearer,
            site,
            settings,
            metrics: metrics.clone(),
            requests,
            shared_limits,
        };
        let (server, connections) = server::serve(listener, shop, addresses).map_err(BuildError::Serve)?;
        let state = Arc::new(State {
            store: store.clone(),
            verifier,
            proofs: used,
            connections: connections.clone(),
            shared_store,
        });
        telemetry::observe(Arc::clone(&state));
        let metrics = metrics_listener.zip(metrics).map(|(listener, requests)| {
            MetricsServer::start(listener, metrics::registry(&requests, state)).map_err(BuildError::Serve)
        });
        Ok(Self { server, connections, addr, store, metrics: metrics.transpose()?, revocations })
    }

    /// Where Prometheus finds `/metrics`, if anywhere.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsServer::addr)
    }

    /// Where it listens; with port 0 in the settings, this is the port that was found.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops it from elsewhere.
    pub fn handle(&self) -> StopHandle {
        StopHandle { server: self.server.handle(), connections: self.connections.clone() }
    }

    /// Answers requests until it is stopped, then closes the database. Signals are the caller's business.
    ///
    /// # Errors
    /// When the server cannot go on.
    pub async fn run(self) -> io::Result<()> {
        let watch = tokio::spawn(self.connections.watch());
        let revocations = self.revocations.map(|revocations| tokio::spawn(revocations.watch()));
        let outcome = self.server.await;
        watch.abort();
        if let Some(revocations) = revocations {
            revocations.abort();
        }
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
        self.store.close().await;
        outcome
    }
}

/// Stops an [`Application`] from elsewhere. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StopHandle {
    server: ServerHandle,
    connections: Connections,
}

impl StopHandle {
    /// Takes no more requests. With `graceful`, running ones are waited for, up to 25 seconds, and clients that send or
    /// read slowly for a few.
    pub async fn stop(&self, graceful: bool) {
        self.connections.stop();
        self.server.stop(graceful).await;
    }
}

/// Why the API could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Tokens could not be checked with this configuration.
    #[error("tokens cannot be checked with this configuration: {0}")]
    Tokens(#[from] ConfigError),
    /// The address is taken, or not ours.
    #[error("cannot listen on {addr}: stop what is listening there, or set API_ADDR to another address")]
    Bind {
        /// Which.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The address of the metrics is taken, or not ours.
    #[error("cannot listen on {addr} for the metrics: set METRICS_ADDR to another address")]
    BindMetrics {
        /// Which.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The database.
    #[error("DATABASE_URL: {0}")]
    Database(#[from] OpenError),
    /// The SPA that it should serve.
    #[error("SPA_DIR: {0}")]
    Spa(#[from] SpaError),
    /// The catalogue of a new shop could not be put in.
    #[error("the catalogue cannot be loaded")]
    Catalogue(#[source] CommandError),
    /// What the org has revoked could not be read.
    #[error("what the org has revoked cannot be read from the database")]
    Revocations(#[source] StoreError),
    /// The shared store cannot be asked.
    #[error("REDIS_URL: the connection cannot be set up")]
    Redis(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server could not be set up.
    #[error("the server cannot be set up")]
    Serve(#[source] io::Error),
}

fn verifier(settings: &Settings) -> Result<Verifier, ConfigError> {
    let of = |issuer: &Issuer, audience: &str| {
        let builder = Verifier::builder(issuer.clone()).audience(audience).leeway(LEEWAY);
        if settings.require_at_jwt { builder.require_at_jwt() } else { builder }
    };
    let first = of(&settings.issuer, &settings.audience);
    let first = settings.accepted_client_ids().fold(first, |builder, id| builder.client_id(id));
    let others = settings.other_orgs.iter().map(|org| {
        org.client_ids.iter().fold(of(&org.issuer, &org.audience), |builder, id| builder.client_id(id))
    });
    others.fold(first, VerifierBuilder::also_trust).build()
}

/// Where replicas know things together, if there are several.
fn shared_store(replicas: &Replicas) -> Result<Option<Arc<dyn SharedStore>>, BuildError> {
    let Some(url) = &replicas.redis_url else { return Ok(None) };
    let store = RedisStore::new(url).map_err(|error| BuildError::Redis(Box::new(error)))?;
    Ok(Some(Arc::new(store)))
}

/// Of the org that may end people's sessions, if any.
fn revocation_requests(settings: &Settings, port: u16) -> Result<Option<RevocationRequests>, ConfigError> {
    let addresses = proofs::public_urls(settings, port);
    let org = settings.universal_logout_org.as_ref();
    org.map(|org| revocations::requests(org, &settings.issuer, &addresses)).transpose()
}

/// What was revoked before this process began.
async fn known_revocations(store: Store, verifier: Verifier) -> Result<Revocations, StoreError> {
    let mut revocations = Revocations::new(store, verifier);
    revocations.catch_up().await?;
    Ok(revocations)
}

fn bind(addr: SocketAddr, listener: Option<TcpListener>) -> Result<TcpListener, BuildError> {
    match listener {
        Some(listener) => Ok(listener),
        None => TcpListener::bind(addr).map_err(|source| BuildError::Bind { addr, source }),
    }
}

fn bind_metrics(addr: SocketAddr) -> Result<TcpListener, BuildError> {
    TcpListener::bind(addr).map_err(|source| BuildError::BindMetrics { addr, source })
}

/// The SPA of `SPA_DIR`, for the same port as the API.
fn site(settings: &Settings, port: u16) -> Result<Option<Site>, SpaError> {
    let Some(dist) = settings.spa_dir.clone() else { return Ok(None) };
    let origin = settings.spa_origin(port);
    let https = origin.starts_with("https:");
    let config = settings.spa_config(origin);
    let site = Site::read(&SpaSettings { dist, config, https })?;
    if https { site.with_hsts(&settings.hsts).map(Some) } else { Ok(Some(site)) }
}
