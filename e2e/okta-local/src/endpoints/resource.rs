//! What all paths of the org have in common: how they refuse other methods, and whose pages may call them.

use actix_web::http::Method;
use actix_web::{Resource, web};

use crate::{cors, okta_error};

/// A path without routes yet; methods that it is not given are answered 405.
pub(super) fn resource(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || okta_error::method_not_allowed()))
}

/// An endpoint that pages of other origins read.
pub(super) fn readable(path: &str) -> Resource {
    resource(path).route(web::method(Method::OPTIONS).to(cors::preflight_get))
}

/// An endpoint that pages of other origins post to.
pub(super) fn writable(path: &str) -> Resource {
    resource(path).route(web::method(Method::OPTIONS).to(cors::preflight_post))
}
