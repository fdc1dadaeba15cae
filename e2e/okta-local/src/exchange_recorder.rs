//! Records what is said over HTTP, where that is wanted.

use actix_web::HttpMessage as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::exchanges::Exchange;
use crate::org::tenant::Tenant;

/// Middleware: records what comes and goes, and changes nothing of it.
pub(crate) async fn record(
    tenant: web::Data<Tenant>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let first = format!("{} {}", request.method(), request.uri());
    let body = take_body(&mut request).await;
    let sent = message(&first, request.headers(), &body);
    let response = next.call(request).await?.map_into_boxed_body();
    let (request, response) = response.into_parts();
    let first = response.status().to_string();
    let (response, body) = response.into_parts();
    let (body, bytes) = match body.try_into_bytes() {
        Ok(bytes) => (BoxBody::new(bytes.clone()), bytes),
        Err(body) => (body, Bytes::new()),
    };
    tenant.exchanges.add(Exchange { request: sent, answer: message(&first, response.headers(), &bytes) });
    Ok(ServiceResponse::new(request, response.set_body(body)))
}

/// The body, which is put back. Where it ends too early, so it does for the endpoint.
async fn take_body(request: &mut ServiceRequest) -> Bytes {
    let (mut payload, mut body) = (request.take_payload(), BytesMut::new());
    while let Some(Ok(piece)) = payload.next().await {
        body.extend_from_slice(&piece);
    }
    let body = body.freeze();
    let (_, mut again) = actix_http::h1::Payload::create(true);
    again.unread_data(body.clone());
    request.set_payload(Payload::from(again));
    body
}

fn message(first: &str, headers: &HeaderMap, body: &[u8]) -> String {
    let header = |(name, value): (_, &actix_web::http::header::HeaderValue)| {
        format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
    };
    let headers: String = headers.iter().map(header).collect();
    format!("{first}\n{headers}\n{}", String::from_utf8_lossy(body))
}
