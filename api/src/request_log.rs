//! One line in the log for each request, and an id that ties it to what the client saw; beside the id, how many requests
//! the client has left.
//!
//! Method, path, route, status and duration, and whose token it was where that counts: at orders and refusals. No query, no
//! bodies, and of the headers the trace alone: tokens cannot get into the log because nothing that may hold them is read
//! here. Of people there is the id that the org gave them, and in JSON the address
//! that they come from.

use std::error::Error as StdError;
use std::net::IpAddr;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, web};
use okta_actix::{Rejection, TraceParent};
use shared::paths;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::audit;
use crate::client_address::ClientAddresses;
use crate::error::ApiError;
use crate::metrics::{RequestMetrics, Route};
use crate::people::Known;
use crate::request_id::Context;
use crate::telemetry::{self, Begun};

/// The header that carries a request's id, in the answer only: an id from outside could be anyone's.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// W3C Trace Context: what the request is part of, and the answer's word on it, in the answer only if it came.
pub(crate) const TRACE_PARENT: &str = "traceparent";
pub(crate) const TRACE_RESPONSE: &str = "traceresponse";

/// The longest part of a path that is logged, in characters.
const MAX_PATH: usize = 200;

/// Middleware: gives the request an id, and logs its outcome.
pub(crate) async fn log_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let parent = trace_of(request.headers());
    let Begun { id, trace, span } = telemetry::begin(request.method(), beginning(request.path()), parent);
    let client = client_of(&request);
    let metrics = request.app_data::<web::Data<RequestMetrics>>().cloned();
    let handled = async {
        let started = Instant::now();
        let _in_flight = metrics.as_ref().map(|metrics| metrics.enter(request.method()));
        let mut response = next.call(request).await?;
        if let Some(metrics) = &metrics {
            metrics.answered(started.elapsed(), &response);
        }
        log(started, &response);
        tell_span(&response);
        if let Some(value) = id.header() {
            response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), value);
        }
        let told = parent.and(trace);
        if let Some(value) = told.and_then(|trace| HeaderValue::try_from(trace.to_string()).ok()) {
            response.headers_mut().insert(HeaderName::from_static(TRACE_RESPONSE), value);
        }
        tell_allowance(&mut response);
        Ok(response)
    };
    Context { id, trace, client }.scope(handled.instrument(span)).await
}

/// Says what is left to the person, where their request was counted.
fn tell_allowance(response: &mut ServiceResponse<impl MessageBody>) {
    let left = response.request().extensions().get::<Known>().and_then(|known| known.allowance.clone());
    if let Some(allowance) = left {
        allowance.tell(response.headers_mut());
    }
}

fn tell_span(response: &ServiceResponse<impl MessageBody>) {
    let request = response.request();
    let route = request.app_data::<Route>().map(|route| &route.0);
    telemetry::answered(request.method(), route, response.status());
}

fn client_of(request: &ServiceRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let addresses = request.app_data::<web::Data<ClientAddresses>>();
    Some(addresses.map_or(peer, |addresses| addresses.client(peer, request.headers())))
}

/// The one that the request belongs to: of several headers nobody knows which to believe.
fn trace_of(headers: &HeaderMap) -> Option<TraceParent> {
    let mut values = headers.get_all(TRACE_PARENT);
    let value = values.next()?;
    if values.next().is_some() { None } else { TraceParent::parse(value.to_str().ok()?) }
}

fn log(started: Instant, response: &ServiceResponse<impl MessageBody>) {
    let (request, status) = (response.request(), response.status());
    let (method, path) = (request.method().as_str(), beginning(request.path()));
    let route = Route::of(request);
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let cause = response.response().error().and_then(|error| cause(error, status));
    let known = counts(request, status).then(|| request.extensions().get::<Known>().cloned()).flatten();
    let subject = known.as_ref().map(|known| known.subject.id());
    if let Some(rejection) = response.response().error().and_then(|error| error.as_error::<Rejection>()) {
        audit::refused(rejection, subject, method, route);
    }
    let (status, cause) = (status.as_u16(), cause.as_deref());
    match status {
        // Probes ask every few seconds, for ever.
        _ if path == paths::LIVEZ || path == paths::READYZ => {
            tracing::debug!(method, path, route, status, duration_ms, subject, cause, "probe");
        }
        503 => tracing::warn!(
            method,
            path,
            route,
            status,
            duration_ms,
            subject,
            cause,
            "request not answered for now"
        ),
        500.. => tracing::error!(method, path, route, status, duration_ms, subject, cause, "request failed"),
        _ => tracing::info!(method, path, route, status, duration_ms, subject, cause, "request"),
    }
}

/// Whether somebody may ask later who that was: an order was placed or moved, or something was refused.
fn counts(request: &HttpRequest, status: StatusCode) -> bool {
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    refused.contains(&status)
        || (request.method() == Method::POST
            && [paths::ORDERS, paths::STAFF_ORDERS].iter().any(|orders| request.path().starts_with(orders)))
}

fn beginning(path: &str) -> &str {
    path.char_indices().nth(MAX_PATH).map_or(path, |(end, _)| &path[..end])
}

/// An error and its causes in one line, where the API or the token is to blame. Not for other refusals:
/// their causes quote what people sent.
fn cause(error: &Error, status: StatusCode) -> Option<String> {
    let refused_token = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    if !status.is_server_error() && !refused_token {
        return None;
    }
    let error: &dyn StdError = match error.as_error::<ApiError>() {
        Some(error) => error,
        None => error.as_error::<Rejection>()?,
    };
    Some(shared::error_chain(error))
}
