//! Keeps requests out that reach this machine under a stranger's name.
//!
//! A web page can have its own name resolved to loopback (DNS rebinding) and then counts as of one origin with
//! what answers there; but it still sends that name.

use actix_web::Result;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::middleware::Next;

use crate::okta_error;

/// Lets requests pass that name loopback.
pub(crate) async fn only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["localhost", "127.0.0.1"].contains(&name) {
        let summary = "You do not have permission to perform the requested action";
        let answer = okta_error::respond(StatusCode::FORBIDDEN, "E0000006", summary);
        return Ok(request.into_response(answer));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
