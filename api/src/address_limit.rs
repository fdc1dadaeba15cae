//! How many requests one address may send in a minute, whoever is behind it.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use shared::paths;

use crate::counted_address::CountedAddress;
use crate::error::ApiError;
use crate::rate_limiter::RateLimiter;
use crate::request_id;

/// Middleware: where there is such a limit, refuses what comes from an address that has reached it.
pub(crate) async fn limit_addresses<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match count(&request).await {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

async fn count(request: &ServiceRequest) -> Result<(), ApiError> {
    let limiter = request.app_data::<web::Data<RateLimiter<CountedAddress>>>();
    let (Some(limiter), Some(client)) = (limiter, request_id::client()) else { return Ok(()) };
    // Proxies ask these for themselves, and take a process that refuses for one that is ill.
    if [paths::LIVEZ, paths::READYZ].contains(&request.path()) {
        return Ok(());
    }
    let counted = limiter.count(&CountedAddress::of(client)).await.map_err(ApiError::StoreAway)?;
    counted.1.map_err(ApiError::TooFastAddress)
}
