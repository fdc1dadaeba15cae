//! Which address is answered by what. Handlers are thin: they read the request, ask `checkout` or the
//! store, and write the answer.

mod health;
mod hello;
mod messages;
mod orders;
mod products;
mod whoami;

use std::future::{Ready, ready};

use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Resource, Responder, guard};
use shared::paths;

pub(crate) use self::products::query_config;
use crate::error::ApiError;
use crate::last_resort::catch_panics;

const READ: &str = "GET, HEAD";
const READ_AND_CREATE: &str = "GET, HEAD, POST";

/// All addresses of the API.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(read(paths::HELLO, hello::show))
        .service(read(paths::WHOAMI, whoami::show))
        .service(read(paths::MESSAGES, messages::list))
        .service(read(paths::PRODUCTS, products::list))
        .service(read(&below(paths::PRODUCTS), products::show))
        .service(caught(
            web::resource(paths::ORDERS)
                .route(read_route().to(orders::list))
                .route(web::post().to(orders::place))
                .default_service(web::to(|| refuse_method(READ_AND_CREATE))),
        ))
        .service(read(&below(paths::ORDERS), orders::show))
        .service(read(paths::LIVEZ, health::live))
        .service(read(paths::READYZ, health::ready));
}

/// Everything else.
pub(crate) fn not_found() -> Ready<Result<&'static str, ApiError>> {
    ready(Err(ApiError::NotFound))
}

/// An address that is read and nothing else.
fn read<F, Args>(path: &str, handler: F) -> impl HttpServiceFactory + 'static
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    caught(
        web::resource(path).route(read_route().to(handler)).default_service(web::to(|| refuse_method(READ))),
    )
}

fn caught(resource: Resource) -> impl HttpServiceFactory + 'static {
    resource.wrap(from_fn(catch_panics))
}

/// Whoever answers GET must answer HEAD (RFC 9110 §9.1).
fn read_route() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn below(path: &str) -> String {
    format!("{path}/{{id}}")
}

fn refuse_method(allow: &'static str) -> Ready<Result<&'static str, ApiError>> {
    ready(Err(ApiError::MethodNotAllowed { allow }))
}
