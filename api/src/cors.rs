//! Cross-origin calls (the Fetch standard's CORS protocol): exact origins, and no cookies, because the
//! API knows none.

use actix_cors::Cors;
use actix_web::http::header;
use shared::paths;

use crate::request_log::REQUEST_ID;

/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE: usize = 3600;

/// Lets pages of these origins call the API and read what they must understand of its errors.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let headers = [header::AUTHORIZATION.as_str(), header::CONTENT_TYPE.as_str(), paths::IDEMPOTENCY_KEY];
    let exposed = [
        header::ETAG.as_str(),
        header::WWW_AUTHENTICATE.as_str(),
        header::LOCATION.as_str(),
        header::RETRY_AFTER.as_str(),
        REQUEST_ID,
    ];
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(["GET", "POST", "PUT"])
        .allowed_headers(headers)
        .expose_headers(exposed)
        .max_age(MAX_AGE)
}
