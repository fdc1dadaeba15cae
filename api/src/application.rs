//! The API as a whole: database, keys, routes and limits put together. `main` and the tests come here.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer, web};
use okta_actix::{BearerConfig, ConfigError, Verifier};
use shared::SpaConfig;

use crate::catalogue_answers::CatalogueAnswers;
use crate::commands::{self, CommandError};
use crate::concurrency_limit::{ConcurrencyLimit, limit_concurrency};
use crate::cors::cors;
use crate::headers::default_headers;
use crate::idempotency_locks::IdempotencyLocks;
use crate::json_body::json_config;
use crate::problem_fallback::fill_in_problems;
use crate::rate_limiter::RateLimiter;
use crate::request_log::log_requests;
use crate::routes::{ApiDocument, DocsPage};
use crate::settings::{Limits, Settings};
use crate::spa::{Site, SpaError, SpaSettings};
use crate::store::{self, OpenError, Store};
use crate::{clock, proofs, routes};

/// The protection space that challenges name.
const REALM: &str = "grove";
/// How far the issuer's clock and ours may differ.
const LEEWAY: Duration = Duration::from_secs(60);
/// How long a request's head may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a closing connection may take.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long running requests are waited for when the server stops, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 25;
/// Connections of one worker; more wait to be accepted.
const MAX_CONNECTIONS: usize = 4096;

/// A shop that is bound to its address and ready to run.
#[must_use = "nothing is answered before `run`"]
pub struct Application {
    server: Server,
    addr: SocketAddr,
    store: Store,
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
        let site = site(&settings, addr.port())?;
        let store = store::open(&settings.database_url, settings.limits.database_connections.get()).await?;
        commands::seed_if_empty(&store).await.map_err(BuildError::Catalogue)?;
        if let Err(error) = verifier.warm().await {
            // No reason not to start: the catalogue needs no keys, and the key set goes on trying by itself.
            tracing::warn!(error = &error as &dyn std::error::Error, "the issuer's keys are not known yet");
        }
        let bearer = BearerConfig::new(verifier).realm(REALM).clock(clock::now);
        let bearer = proofs::take(bearer, &settings, addr.port());
        let shop = Shop { store: store.clone(), bearer, site, settings };
        let server = serve(listener, shop, addresses).map_err(BuildError::Serve)?;
        Ok(Self { server, addr, store })
    }

    /// Where it listens; with port 0 in the settings, this is the port that was found.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops it from elsewhere.
    pub fn handle(&self) -> StopHandle {
        StopHandle(self.server.handle())
    }

    /// Answers requests until it is stopped, then closes the database. Signals are the caller's business.
    ///
    /// # Errors
    /// When the server cannot go on.
    pub async fn run(self) -> io::Result<()> {
        let outcome = self.server.await;
        self.store.close().await;
        outcome
    }
}

/// Stops an [`Application`] from elsewhere. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StopHandle(ServerHandle);

impl StopHandle {
    /// Takes no more requests. With `graceful`, running ones are waited for, up to 25 seconds.
    pub async fn stop(&self, graceful: bool) {
        self.0.stop(graceful).await;
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
    /// The database.
    #[error("DATABASE_URL: {0}")]
    Database(#[from] OpenError),
    /// The SPA that it should serve.
    #[error("SPA_DIR: {0}")]
    Spa(#[from] SpaError),
    /// The catalogue of a new shop could not be put in.
    #[error("the catalogue cannot be loaded")]
    Catalogue(#[source] CommandError),
    /// The server could not be set up.
    #[error("the server cannot be set up")]
    Serve(#[source] io::Error),
}

fn verifier(settings: &Settings) -> Result<Verifier, ConfigError> {
    let builder = Verifier::builder(settings.issuer.clone()).audience(&settings.audience).leeway(LEEWAY);
    settings.client_ids.iter().fold(builder, |builder, id| builder.client_id(id)).build()
}

fn bind(addr: SocketAddr, listener: Option<TcpListener>) -> Result<TcpListener, BuildError> {
    match listener {
        Some(listener) => Ok(listener),
        None => TcpListener::bind(addr).map_err(|source| BuildError::Bind { addr, source }),
    }
}

/// The SPA of `SPA_DIR`, for the same port as the API.
fn site(settings: &Settings, port: u16) -> Result<Option<Site>, SpaError> {
    let Some(dist) = settings.spa_dir.clone() else { return Ok(None) };
    let origin = settings.spa_origin(port);
    let https = origin.starts_with("https:");
    let config = SpaConfig {
        issuer: settings.issuer.as_str().to_owned(),
        org_addresses: settings.org_addresses.clone(),
        client_id: settings.client_ids.first().cloned().unwrap_or_default(),
        api_origin: origin,
    };
    Site::read(&SpaSettings { dist, config, https }).map(Some)
}

/// What the routes work with.
struct Shop {
    store: Store,
    bearer: BearerConfig,
    site: Option<Site>,
    settings: Settings,
}

fn serve(
    listener: TcpListener,
    shop: Shop,
    addresses: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Server> {
    let Shop { store, bearer, site, settings } = shop;
    let Limits { requests_per_minute, in_flight, .. } = settings.limits;
    // Made once, outside of the factory: all workers count together.
    let rate_limiter = web::Data::new(RateLimiter::per_minute(requests_per_minute));
    let locks = web::Data::new(IdempotencyLocks::default());
    let answers = web::Data::new(CatalogueAnswers::new());
    let concurrency =
        web::Data::new(ConcurrencyLimit::new(usize::try_from(in_flight.get()).unwrap_or(usize::MAX)));
    let (store, bearer) = (web::Data::new(store), web::Data::new(bearer));
    let client_id = settings.client_ids.first().map_or("", String::as_str);
    let document = web::Data::new(ApiDocument::new(&settings.issuer));
    let docs_page = web::Data::new(DocsPage::new(&settings.issuer, client_id));
    let site = web::Data::new(site);
    let (limits, spa_origins) = (web::Data::new(settings.limits), settings.spa_origins);
    let app = move || {
        App::new()
            .app_data(store.clone())
            .app_data(bearer.clone())
            .app_data(rate_limiter.clone())
            .app_data(concurrency.clone())
            .app_data(locks.clone())
            .app_data(answers.clone())
            .app_data(limits.clone())
            .app_data(document.clone())
            .app_data(docs_page.clone())
            .app_data(site.clone())
            .app_data(json_config())
            .app_data(routes::query_config())
            .configure(&addresses)
            .default_service(web::to(routes::everything_else))
            // The last one is the outermost.
            .wrap(from_fn(limit_concurrency))
            .wrap(cors(&spa_origins))
            .wrap(from_fn(fill_in_problems))
            .wrap(default_headers())
            .wrap(from_fn(log_requests))
    };
    let server = HttpServer::new(app)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        .max_connections(MAX_CONNECTIONS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}
