//! The HTTP side: routes, worker threads, and what every answer carries.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::header::{DATE, HeaderName, HeaderValue};
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::{App, HttpServer, web};
use tokio::sync::oneshot;

use crate::okta_error;
use crate::org::tenant::Tenant;
use crate::random;
use crate::request_context::RequestContext;
use crate::{answer_headers, control, endpoints, exchange_recorder, gate};

/// Enough to show races between requests; an org for one machine needs no more.
const WORKERS: usize = 2;

/// No request of the protocols served here has a longer body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Which side of an org a server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// What apps and browsers use.
    Org,
    /// The control plane, which tests use.
    Control,
}

/// A running server; dropping it stops it without waiting.
#[derive(Debug)]
pub(crate) struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Starts the server on a thread with a runtime of its own, so that it does not depend on the caller's.
pub(crate) async fn spawn(
    tenant: Arc<Tenant>,
    listeners: Vec<TcpListener>,
    side: Side,
) -> io::Result<Server> {
    let (started, starting) = oneshot::channel();
    let thread = std::thread::Builder::new().name("okta-local".to_owned()).spawn(move || {
        let run = async move {
            match serve(tenant, listeners, side) {
                Ok(server) => {
                    let _ = started.send(Ok(server.handle()));
                    if let Err(error) = server.await {
                        tracing::error!(%error, "the server ended");
                    }
                }
                Err(error) => _ = started.send(Err(error)),
            }
        };
        actix_web::rt::System::new().block_on(run);
    })?;
    let handle = starting.await.map_err(io::Error::other)??;
    Ok(Server { handle, thread: Some(thread) })
}

fn serve(tenant: Arc<Tenant>, listeners: Vec<TcpListener>, side: Side) -> io::Result<actix_web::dev::Server> {
    let data = web::Data::from(tenant);
    if side == Side::Control {
        let app = move || {
            App::new().app_data(data.clone()).wrap(from_fn(hold_until_stored)).configure(control::routes)
        };
        let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1);
        return Ok(listeners.into_iter().try_fold(server, HttpServer::listen)?.run());
    }
    let app = move || {
        App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .wrap(Condition::new(data.exchanges.are_on(), from_fn(exchange_recorder::record)))
            .wrap(from_fn(hold_until_stored))
            .wrap(from_fn(gate::pass))
            .wrap(from_fn(add_headers))
            .configure(endpoints::routes)
            .default_service(web::to(async || okta_error::not_found("the requested path (Endpoint)")))
    };
    let server = HttpServer::new(app).workers(WORKERS).disable_signals().shutdown_timeout(1);
    Ok(listeners.into_iter().try_fold(server, HttpServer::listen)?.run())
}

/// Holds an answer back until what it promises is on the disk, where a file is given.
async fn hold_until_stored(
    tenant: web::Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    match tenant.persist().await {
        true => Ok(response),
        false => Ok(response.into_response(okta_error::internal())),
    }
}

/// Gives every answer an id, the org's own time, and the headers that all have.
async fn add_headers(
    tenant: web::Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = random::request_id();
    let path = request.path().to_owned();
    let context = RequestContext::of(&request, &id);
    let mut response = context.during(next.call(request)).await?;
    let headers = response.headers_mut();
    let now = tenant.now();
    answer_headers::add(&path, now, headers);
    headers.insert(DATE, answer_headers::date(now));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-okta-request-id"), id);
    }
    Ok(response)
}

impl Server {
    /// Lets requests under way finish, for a second at most, and ends the threads.
    pub(crate) async fn stop(mut self) {
        self.handle.stop(true).await;
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Server {
    /// The command to stop is sent at once; only waiting for it would need the future.
    fn drop(&mut self) {
        if self.thread.is_some() {
            drop(self.handle.stop(false));
        }
    }
}
