//! The server: what every request passes, and the connections that bring it.

use std::fmt::Debug;
use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, web};
use okta_actix::{BearerConfig, RevocationRequests, Subject};
use tokio::net::TcpStream;

use crate::address_limit::limit_addresses;
use crate::catalogue_answers::{CatalogueAnswers, Question};
use crate::client_address::ClientAddresses;
use crate::concurrency_limit::ConcurrencyLimit;
use crate::connections::{self, ConnectionLimits, Connections, WatchedStream, available_descriptors};
use crate::cors::cors;
use crate::counted_address::CountedAddress;
use crate::headers::default_headers;
use crate::idempotency_locks::IdempotencyLocks;
use crate::json_body::{MAX_BODY, json_config};
use crate::metrics::RequestMetrics;
use crate::problem_fallback::fill_in_problems;
use crate::proofs;
use crate::rate_limiter::RateLimiter;
use crate::readiness::Readiness;
use crate::request_log::log_requests;
use crate::routes::{self, ApiDocument, DocsPage, ShopPages};
use crate::settings::{Limits, Settings};
use crate::shared_store::Shared;
use crate::spa::Site;
use crate::store::Store;

/// How long a connection's first head may take; whoever is late is told so. See [`connections`] for all others.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a closing connection may take.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long running requests are waited for when the server stops, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 25;
/// How much of an answer the system holds for a client that has not taken what came before, in bytes.
const UNSENT: u32 = 128 * 1024;
/// Descriptors for everything but connections to clients and to the database: listeners, files, the issuer's keys, and
/// connections that are just being closed.
const OTHER_DESCRIPTORS: usize = 128;

/// What the routes work with.
pub(crate) struct Shop {
    pub(crate) store: Store,
    pub(crate) bearer: BearerConfig,
    pub(crate) site: Option<Site>,
    pub(crate) settings: Settings,
    /// Where somebody looks at them.
    pub(crate) metrics: Option<RequestMetrics>,
    /// Where the org may end people's sessions.
    pub(crate) requests: Option<RevocationRequests>,
    /// Where replicas count people's requests together.
    pub(crate) shared_limits: Option<Shared>,
}

/// Answers on `listener` once the server is awaited. The connections are to be [watched](Connections::watch) meanwhile.
pub(crate) fn serve(
    listener: TcpListener,
    shop: Shop,
    addresses: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<(Server, Connections)> {
    let Shop { store, bearer, site, settings, metrics, requests, shared_limits } = shop;
    let connections = Connections::new(connection_limits(&settings.limits));
    // Made once, outside of the factory: all workers count together.
    let per_address = settings.limits.requests_per_minute_per_address;
    let address_limiter = per_address
        .map(|limit| web::Data::new(RateLimiter::<CountedAddress>::per_minute(limit, shared_limits.clone())));
    let rate_limiter = web::Data::new(RateLimiter::<Subject>::per_minute(
        settings.limits.requests_per_minute,
        shared_limits,
    ));
    let locks = web::Data::new(IdempotencyLocks::default());
    let answers = web::Data::new(CatalogueAnswers::<Question>::new());
    let pages = web::Data::new(ShopPages::new());
    let concurrency = web::Data::new(ConcurrencyLimit::new(size(settings.limits.in_flight)));
    let readiness = web::Data::new(Readiness::new(store.clone()));
    let (store, bearer) = (web::Data::new(store), web::Data::new(bearer));
    let client_id =
        settings.docs_client_id.as_ref().or(settings.client_ids.first()).map_or("", String::as_str);
    let document = web::Data::new(ApiDocument::new(&settings.issuer));
    let docs_page = web::Data::new(settings.docs.then(|| DocsPage::new(&settings.issuer, client_id)));
    let site = web::Data::new(site);
    let requests = web::Data::new(requests);
    let hsts = hsts(&settings, listener.local_addr()?.port());
    let clients = web::Data::new(ClientAddresses::behind(settings.trusted_proxies));
    let (limits, spa_origins) = (web::Data::new(settings.limits), settings.spa_origins);
    let metrics = metrics.map(web::Data::new);
    let app = move || {
        App::new()
            .configure(|config| {
                if let Some(metrics) = &metrics {
                    config.app_data(metrics.clone());
                }
                if let Some(limiter) = &address_limiter {
                    config.app_data(limiter.clone());
                }
            })
            .app_data(store.clone())
            .app_data(bearer.clone())
            .app_data(clients.clone())
            .app_data(rate_limiter.clone())
            .app_data(concurrency.clone())
            .app_data(readiness.clone())
            .app_data(locks.clone())
            .app_data(answers.clone())
            .app_data(pages.clone())
            .app_data(limits.clone())
            .app_data(document.clone())
            .app_data(docs_page.clone())
            .app_data(site.clone())
            .app_data(requests.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .app_data(json_config())
            .app_data(routes::query_config())
            .configure(&addresses)
            .default_service(web::to(routes::everything_else))
            // The last one is the outermost.
            .wrap(Condition::new(address_limiter.is_some(), from_fn(limit_addresses)))
            .wrap(cors(&spa_origins))
            .wrap(from_fn(fill_in_problems))
            .wrap(default_headers(hsts.as_ref()))
            .wrap(from_fn(log_requests))
            .wrap(from_fn(connections::follow))
    };
    let server = listen(listener, connections.clone(), app)?;
    Ok((server, connections))
}

/// How clients are to insist on TLS, if they come by it.
fn hsts(settings: &Settings, port: u16) -> Option<HeaderValue> {
    let by_tls = proofs::public_urls(settings, port).iter().any(|url| url.origin().is_https());
    HeaderValue::from_str(&settings.hsts).ok().filter(|_| by_tls)
}

/// As `HttpServer` does it, except that each connection is a [`WatchedStream`].
fn listen<A, F, B>(
    listener: TcpListener,
    connections: Connections,
    app: impl Fn() -> A + Clone + Send + 'static,
) -> io::Result<Server>
where
    A: IntoServiceFactory<F, Request>,
    F: ServiceFactory<Request, Config = AppConfig, Error = Error> + 'static,
    F::Response: Into<Response<B>> + 'static,
    F::Service: 'static,
    F::Future: 'static,
    F::InitError: Debug,
    <F::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    limit_unsent(&listener);
    let local = listener.local_addr()?;
    let builder = Server::build();
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        // More than `connections` admits: at the limit of the workers nobody would be let in before somebody leaves.
        .max_concurrent_connections(usize::MAX >> 1)
        .disable_signals()
        .listen("api", listener, move || {
            let (connections, stopping) = (connections.clone(), stopping.clone());
            let http = HttpService::build()
                .client_request_timeout(HEAD_TIMEOUT)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .keep_alive(KEEP_ALIVE)
                .local_addr(local)
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .on_connect_ext(|stream: &WatchedStream, data| {
                    data.insert(Arc::clone(stream.connection()));
                })
                .finish(map_config(app().into_factory(), |()| AppConfig::default()));
            fn_service(move |stream| ready(admit(stream, &connections))).and_then(http)
        })?;
    Ok(builder.run())
}

fn admit(
    stream: TcpStream,
    connections: &Connections,
) -> Result<(WatchedStream, Protocol, Option<SocketAddr>), DispatchError> {
    let (stream, peer) = WatchedStream::admit(stream, connections)?;
    Ok((stream, Protocol::Http1, Some(peer)))
}

/// As many connections as are asked for, or as there are descriptors for.
fn connection_limits(limits: &Limits) -> ConnectionLimits {
    let wanted = size(limits.connections);
    let others = OTHER_DESCRIPTORS + size(limits.database_connections);
    let possible = available_descriptors().map_or(wanted, |all| all.saturating_sub(others).max(1));
    if possible < wanted {
        tracing::warn!(wanted, possible, "the limit of open files leaves room for fewer connections");
    }
    ConnectionLimits { in_all: wanted.min(possible), per_address: size(limits.connections_per_address) }
}

fn size(count: NonZeroU32) -> usize {
    usize::try_from(count.get()).unwrap_or(usize::MAX)
}

/// Accepted connections inherit it. Where there is no such option, the system keeps as much as it likes.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_unsent(listener: &TcpListener) {
    if let Err(error) = socket2::SockRef::from(listener).set_tcp_notsent_lowat(UNSENT) {
        tracing::warn!(error = &error as &dyn std::error::Error, "unsent answers are not limited");
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_unsent(_: &TcpListener) {}
