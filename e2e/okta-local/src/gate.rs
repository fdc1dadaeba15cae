//! What every request to an endpoint passes: rate limits, and the faults that a test injected.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use crate::catalogue::{Code, Refusal};
use crate::counters::Endpoint;
use crate::faults::{Fault, NonceDemanded, TruncatedBody};
use crate::org::tenant::Tenant;
use crate::{cors, okta_error, pages};

/// Lets a request through, or answers it.
pub(crate) async fn pass(
    tenant: web::Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let endpoint = Endpoint::of(request.path()).filter(|_| request.method() != Method::OPTIONS);
    let Some(endpoint) = endpoint else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let allowance = tenant.limits.take(endpoint, tenant.now());
    // A fault waits for an answer that it can spoil.
    let fault = if allowance.granted { tenant.faults.take(endpoint) } else { None };
    let refusal = match fault {
        _ if !allowance.granted => Some(pages::error::too_many(request.request())),
        Some(Fault::Fail(status)) => Some(failure(endpoint, request.path(), status)),
        Some(Fault::DemandNonce) => {
            request.request().extensions_mut().insert(NonceDemanded);
            None
        }
        _ => None,
    };
    let mut response = match refusal {
        Some(mut answer) => {
            tenant.counters.count(endpoint);
            cors::share_with_trusted(&tenant, request.request(), &mut answer);
            request.into_response(answer)
        }
        None => next.call(request).await?.map_into_boxed_body(),
    };
    // Verifiers fetch keys and metadata without a limit.
    if !matches!(endpoint, Endpoint::Keys | Endpoint::Discovery) {
        allowance.tell(response.headers_mut());
    }
    Ok(disturbed(response, fault).await)
}

async fn disturbed(response: ServiceResponse<BoxBody>, fault: Option<Fault>) -> ServiceResponse<BoxBody> {
    match fault {
        None | Some(Fault::Fail(_) | Fault::DemandNonce) => response,
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            response
        }
        Some(Fault::Drop) => response.map_body(|_, _| TruncatedBody::empty()).map_into_boxed_body(),
        Some(Fault::CutShort) => {
            let (request, response) = response.into_parts();
            let (response, body) = response.into_parts();
            let body = to_bytes(body).await.unwrap_or_default();
            ServiceResponse::new(request, response.set_body(TruncatedBody::half_of(&body)))
                .map_into_boxed_body()
        }
    }
}

fn failure(endpoint: Endpoint, path: &str, status: u16) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status {
        StatusCode::TOO_MANY_REQUESTS => okta_error::too_many(path),
        _ if endpoint.is_management() => okta_error::unable(status),
        // The catalogue's answer to an overload is 400.
        StatusCode::BAD_REQUEST => refusal(status, Code::TemporarilyUnavailable),
        _ => refusal(status, Code::ServerError),
    }
}

fn refusal(status: StatusCode, code: Code) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-cache, no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(Refusal::from(code).to_oauth())
}
