//! Answers that several endpoints give.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, HeaderValue, LOCATION, PRAGMA, REFERRER_POLICY, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::catalogue::Refusal;
use crate::okta_error;
use crate::org::state::State;
use crate::unverified::MEDIA_TYPE_STATUS;

/// JSON that no cache may keep (RFC 6749 §5.1).
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::build(status).json(body);
    forbid_caching(&mut response);
    response
}

/// A refusal in OAuth's shape. Who came with an `Authorization` header is told which scheme would do
/// (RFC 6749 §5.2).
pub(super) fn refusal_to(request: &HttpRequest, refusal: &Refusal) -> HttpResponse {
    let mut response = json(status(refusal.status()), &refusal.to_oauth());
    if response.status() == StatusCode::UNAUTHORIZED && request.headers().contains_key(AUTHORIZATION) {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"okta\""));
    }
    response
}

/// Sends the browser elsewhere; where it came from stays here.
pub(super) fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status)
        .insert_header((LOCATION, location))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish();
    forbid_caching(&mut response);
    response
}

/// The answer to a body that is not a form, in the shape of Okta's own APIs.
pub(super) fn wrong_media_type() -> HttpResponse {
    let summary = "Bad request.  Accept and/or Content-Type headers likely do not match supported values.";
    okta_error::respond(status(MEDIA_TYPE_STATUS), "E0000021", summary)
}

/// The answer where there is no such authorization server.
pub(super) fn no_such_server(id: &str) -> HttpResponse {
    okta_error::not_found(&format!("{id} (AuthorizationServer)"))
}

/// Whether there is such an authorization server.
pub(super) fn has_server(state: &State, id: &str) -> bool {
    state.directory.server(id).is_some()
}

fn forbid_caching(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
