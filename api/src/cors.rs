//! Cross-origin calls (the Fetch standard's CORS protocol): exact origins, and no cookies, because the
//! API knows none.

use actix_cors::{Cors, CorsError};
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use okta_actix::EXPOSED_HEADERS;
use shared::paths;

use crate::rate_limiter::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::request_log::{REQUEST_ID, TRACE_PARENT, TRACE_RESPONSE};

/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE: usize = 3600;

/// All that the API knows.
const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "PUT"];

/// What requests carry beyond what pages may send unasked.
const HEADERS: [&str; 6] =
    ["Authorization", "DPoP", "Content-Type", "If-None-Match", paths::IDEMPOTENCY_KEY, TRACE_PARENT];

/// Lets pages of these origins call the API and read what they must understand of its errors.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let exposed = [
        header::ETAG.as_str(),
        header::LOCATION.as_str(),
        header::RETRY_AFTER.as_str(),
        REQUEST_ID,
        TRACE_RESPONSE,
        RATE_LIMIT,
        RATE_LIMIT_POLICY,
    ]
    .into_iter()
    .chain(EXPOSED_HEADERS);
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(METHODS)
        .allowed_headers(HEADERS)
        .expose_headers(exposed)
        .max_age(MAX_AGE)
}

/// The longest part of a preflight's header that is repeated, in characters.
const MAX_ASKED: usize = 100;

/// Which part of a preflight was refused, and what would not have been; `None` where the error is another one.
pub(crate) fn refused_part(request: &HttpRequest, error: &actix_web::Error) -> Option<String> {
    let asked = |name: HeaderName| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().chars().take(MAX_ASKED).collect::<String>()
    };
    Some(match error.as_error::<CorsError>()? {
        CorsError::OriginNotAllowed => {
            format!("The origin {} is not one of the API's SPA_ORIGINS.", asked(header::ORIGIN))
        }
        CorsError::MethodNotAllowed => {
            let method = asked(header::ACCESS_CONTROL_REQUEST_METHOD);
            format!("The method {method} is not allowed; allowed methods: {}.", METHODS.join(", "))
        }
        CorsError::HeadersNotAllowed => {
            let asked = asked(header::ACCESS_CONTROL_REQUEST_HEADERS);
            let is_other = |name: &&str| !HEADERS.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
            let others: Vec<_> = asked.split(',').map(str::trim).filter(is_other).collect();
            format!("Not allowed: the header {}; allowed headers: {}.", others.join(", "), HEADERS.join(", "))
        }
        other => format!("{other}."),
    })
}
