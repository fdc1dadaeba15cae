//! Headers of every answer: this is an API, so a browser that shows an answer as a page shows nothing.

use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::DefaultHeaders;

/// What each answer gets unless it says otherwise. `no-store` is among them, so that an answer about a
/// person is never kept because somebody forgot to say so.
/// Where clients come by TLS, `hsts` says how they are to insist on it.
pub(crate) fn default_headers(hsts: Option<&HeaderValue>) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .add((header::CACHE_CONTROL, "no-store"));
    match hsts {
        Some(hsts) => headers.add((header::STRICT_TRANSPORT_SECURITY, hsts.clone())),
        None => headers,
    }
}
