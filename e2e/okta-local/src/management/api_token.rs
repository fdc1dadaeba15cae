//! The token that opens the API: `Authorization: SSWS …`.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{ResponseError as _, Result};

use super::refusal::Refusal;
use crate::counters::Endpoint;
use crate::org::tenant::Tenant;

/// Lets requests with the API token pass, and counts all.
pub(super) async fn with_token(
    tenant: Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>> {
    if let Some(endpoint) = Endpoint::of(request.path()) {
        tenant.counters.count(endpoint);
    }
    let header = request.headers().get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default());
    let refusal = match header.map(shown_token) {
        Some(Some(token)) if tenant.api_token.matches(token) => None,
        Some(_) => Some(Refusal::InvalidToken),
        None => Some(Refusal::InvalidSession),
    };
    match refusal {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(refusal) => Ok(request.into_response(refusal.error_response())),
    }
}

/// The token of an `Authorization` header. Okta's Python SDK leaves the space out, and Okta takes it so.
fn shown_token(header: &str) -> Option<&str> {
    let rest = header.strip_prefix("SSWS")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}
