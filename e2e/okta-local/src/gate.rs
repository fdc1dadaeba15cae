//! What every request to an endpoint passes: rate limits, and the faults that a test ordered.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};

use crate::catalogue::Code;
use crate::counters::Endpoint;
use crate::faults::{Fault, Severed};
use crate::org::tenant::Tenant;
use crate::rate_limits::Allowance;
use crate::{cors, okta_error};

/// Lets a request pass, or answers it.
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
        _ if !allowance.granted => Some(too_many()),
        Some(Fault::Fail(status)) => Some(failure(status)),
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
        tell(allowance, response.headers_mut());
    }
    Ok(disturbed(response, fault).await)
}

async fn disturbed(response: ServiceResponse<BoxBody>, fault: Option<Fault>) -> ServiceResponse<BoxBody> {
    match fault {
        None | Some(Fault::Fail(_)) => response,
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            response
        }
        Some(Fault::Drop) => response.map_body(|_, _| Severed::at_once()).map_into_boxed_body(),
        Some(Fault::CutShort) => {
            let (request, response) = response.into_parts();
            let (response, body) = response.into_parts();
            let body = to_bytes(body).await.unwrap_or_default();
            ServiceResponse::new(request, response.set_body(Severed::halfway(&body))).map_into_boxed_body()
        }
    }
}

/// `E0000047`, in the shape of Okta's own APIs.
fn too_many() -> HttpResponse {
    let summary = "You exceeded the maximum number of requests. Try again in a while.";
    okta_error::respond(StatusCode::TOO_MANY_REQUESTS, "E0000047", summary)
}

fn failure(status: u16) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status {
        StatusCode::TOO_MANY_REQUESTS => too_many(),
        _ => HttpResponse::build(status)
            .insert_header(("Cache-Control", "no-cache, no-store"))
            .json(crate::catalogue::Refusal::from(Code::ServerError).to_oauth()),
    }
}

fn tell(allowance: Allowance, headers: &mut HeaderMap) {
    let values = [
        ("x-rate-limit-limit", i64::from(allowance.limit)),
        ("x-rate-limit-remaining", i64::from(allowance.remaining)),
        ("x-rate-limit-reset", allowance.reset.0),
    ];
    for (name, value) in values {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}
