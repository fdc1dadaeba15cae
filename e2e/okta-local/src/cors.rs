//! Which pages of other origins may read answers (Fetch §3.2), as Okta decides it.
//!
//! The token endpoint asks the client: the page must be of the origin of one of its redirect URIs. All
//! others ask the org's trusted origins. The authorization endpoint has none at all (RFC 9700 §2.6).

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::org::tenant::Tenant;

/// Request headers that Okta's SDKs send, and Swagger UI where it signs in.
const ALLOWED_HEADERS: &str =
    "Accept, Authorization, Content-Type, DPoP, X-Okta-User-Agent-Extended, X-Requested-With";

/// Response headers that pages may read: challenges, and the nonce that the next DPoP proof needs.
const EXPOSED_HEADERS: &str = "WWW-Authenticate, DPoP-Nonce";

/// The page's origin as the browser states it.
pub(crate) fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ORIGIN).map(|value| value.to_str().unwrap_or("null"))
}

/// Lets the page read the answer where it is of a trusted origin.
pub(crate) fn share_with_trusted(tenant: &Tenant, request: &HttpRequest, response: &mut HttpResponse) {
    let trusted = origin(request).filter(|origin| tenant.state().directory.trusts(origin));
    share(trusted, response);
}

/// Lets the page read the answer where it is of an origin of the client's own, whatever the answer is: it must be able to
/// read why it was refused.
pub(crate) fn share_with_client(
    tenant: &Tenant,
    request: &HttpRequest,
    client_id: Option<String>,
    response: &mut HttpResponse,
) {
    let state = tenant.state();
    let client = client_id.and_then(|id| state.directory.client(&id));
    let own = |origin: &&str| client.is_some_and(|client| client.may_be_called_from(origin));
    share(origin(request).filter(own), response);
}

/// Lets a page of this origin read the answer; nobody where there is none.
pub(crate) fn share(allowed: Option<&str>, response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

/// As [`share_with_trusted`], for pages that ask with the browser's cookies.
pub(crate) fn share_with_cookies(tenant: &Tenant, request: &HttpRequest, response: &mut HttpResponse) {
    share_with_trusted(tenant, request, response);
    let headers = response.headers_mut();
    if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
}

/// Answers the preflight of an endpoint that is asked with cookies.
pub(crate) async fn preflight_with_cookies(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::NoContent().finish();
    share_with_cookies(&tenant, &request, &mut response);
    let headers = response.headers_mut();
    if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
        allow_headers(request.headers(), headers);
    }
    response
}

/// Answers the preflight of an endpoint that is read.
pub(crate) async fn preflight_get(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    preflight(&tenant, &request, "GET")
}

/// Answers the preflight of an endpoint that is posted to.
pub(crate) async fn preflight_post(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    preflight(&tenant, &request, "POST")
}

/// A preflight does not name its client, so any client's origin will do; the request itself is judged by
/// its own.
fn preflight(tenant: &Tenant, request: &HttpRequest, method: &'static str) -> HttpResponse {
    let mut response = HttpResponse::NoContent().finish();
    let origin = origin(request).filter(|origin| is_known(tenant, origin));
    share(origin, &mut response);
    if origin.is_some() {
        let headers = response.headers_mut();
        headers.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(method));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
        allow_headers(request.headers(), headers);
    }
    response
}

fn allow_headers(request: &HeaderMap, response: &mut HeaderMap) {
    if request.contains_key(ACCESS_CONTROL_REQUEST_HEADERS) {
        response.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
    }
}

fn is_known(tenant: &Tenant, origin: &str) -> bool {
    let state = tenant.state();
    let directory = &state.directory;
    directory.trusts(origin) || directory.active_clients().any(|client| client.may_be_called_from(origin))
}
