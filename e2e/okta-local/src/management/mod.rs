//! A part of Okta's management API: apps, people, groups, trusted origins, authorization servers with their
//! scopes and access policies, and the System Log, in Okta's shapes, errors and paging.
//!
//! It takes an API token (`Authorization: SSWS …`) and no cookie, and answers to the names of loopback only, so
//! no web page can use it. What it changes
//! is in memory only. Not here: claims; new people; everything else.

mod app_body;
mod apps;
mod assignments;
mod origins;
mod page;
mod people;
mod policies;
mod policy_body;
mod servers;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Result};
use serde::de::DeserializeOwned;

use crate::org::tenant::Tenant;
use crate::{loopback, okta_error};

/// Adds all routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let api = web::scope("/api/v1")
        .wrap(from_fn(with_token))
        .wrap(from_fn(loopback::only))
        .configure(apps::routes)
        .configure(assignments::routes)
        .configure(people::routes)
        .configure(origins::routes)
        .configure(servers::routes)
        .configure(policies::routes)
        .default_service(web::to(async || okta_error::not_found("the requested path (Endpoint)")));
    config.service(api);
}

/// Lets requests with the API token pass.
async fn with_token(
    tenant: Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let refusal = match header.map(|header| header.strip_prefix("SSWS ")) {
        Some(Some(token)) if tenant.api_token.matches(token) => None,
        Some(_) => Some(("E0000011", "Invalid token provided")),
        None => Some(("E0000005", "Invalid session")),
    };
    match refusal {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some((code, summary)) => {
            Ok(request.into_response(okta_error::respond(StatusCode::UNAUTHORIZED, code, summary)))
        }
    }
}

/// Reads a body, which has to be JSON of this shape; members that the org does not know are passed over, as
/// Okta does.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<HttpResponse>> {
    serde_json::from_slice(body).map_err(|_| {
        let summary = "The request body was not well-formed.";
        Box::new(okta_error::respond(StatusCode::BAD_REQUEST, "E0000003", summary))
    })
}

/// `E0000001`: something in the body will not do.
fn invalid(field: &str, causes: &[String]) -> HttpResponse {
    let summary = format!("Api validation failed: {field}");
    okta_error::respond_with(StatusCode::BAD_REQUEST, "E0000001", &summary, causes)
}
