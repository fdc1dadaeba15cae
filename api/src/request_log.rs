//! One line in the log for each request, and an id that ties it to what the client saw; beside the id, how many requests
//! the client has left.
//!
//! Method, path, status and duration; no query, no headers, no bodies: tokens and personal data cannot
//! get into the log because nothing that may hold them is read here.

use std::error::Error as StdError;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use okta_actix::Rejection;
use shared::paths;
use tokio::time::Instant;
use tracing::Instrument;

use crate::error::ApiError;
use crate::metrics::RequestMetrics;
use crate::rate_limiter::tell_allowance;
use crate::request_id::RequestId;

/// The header that carries a request's id, in the answer only: an id from outside could be anyone's.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// The longest part of a path that is logged, in characters.
const MAX_PATH: usize = 200;

/// Middleware: gives the request an id, and logs its outcome.
pub(crate) async fn log_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = RequestId::fresh();
    // The log itself needs no span; whoever listens more closely finds the id there.
    let span = tracing::debug_span!("request", id = id.as_str());
    let metrics = request.app_data::<web::Data<RequestMetrics>>().cloned();
    let handled = async {
        let started = Instant::now();
        let _in_flight = metrics.as_ref().map(|metrics| metrics.enter());
        let mut response = next.call(request).await?;
        if let Some(metrics) = &metrics {
            metrics.answered(started.elapsed(), &response);
        }
        log(started, &response);
        if let Some(value) = id.header() {
            response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), value);
        }
        tell_allowance(&mut response);
        Ok(response)
    };
    id.scope(handled.instrument(span)).await
}

fn log(started: Instant, response: &ServiceResponse<impl MessageBody>) {
    let (request, status) = (response.request(), response.status());
    let (method, path) = (request.method().as_str(), beginning(request.path()));
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let cause = response.response().error().and_then(|error| cause(error, status));
    let (status, cause) = (status.as_u16(), cause.as_deref());
    match status {
        // Probes ask every few seconds, for ever.
        _ if path == paths::LIVEZ || path == paths::READYZ => {
            tracing::debug!(method, path, status, milliseconds, cause, "probe");
        }
        503 => tracing::warn!(method, path, status, milliseconds, cause, "request not answered for now"),
        500.. => tracing::error!(method, path, status, milliseconds, cause, "request failed"),
        _ => tracing::info!(method, path, status, milliseconds, cause, "request"),
    }
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
