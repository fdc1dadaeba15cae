//! Paths of the API, before they have routes.

use actix_web::web;
use actix_web::{Resource, ResponseError};

use super::refusal::Refusal;
use crate::okta_error;

/// A resource of the API, without its routes yet: other methods are refused in Okta's words.
pub(super) fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || okta_error::method_not_allowed()))
}

/// An operation of Okta's that is not served, whose path would be taken for that of another.
pub(super) fn not_served(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || Refusal::NoPath.error_response()))
}
