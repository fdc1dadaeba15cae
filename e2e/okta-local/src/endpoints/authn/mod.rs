//! `/api/v1/authn`: Okta's Authentication API. A password in JSON, and what the org's sign-on policy asks for beside it,
//! for a session token, which `/authorize` and the Sessions API take once.

mod factors;
mod primary;
mod recovery;
mod shape;
mod steps;

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};

use super::resource;
use crate::cors;

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let preflight = || web::method(Method::OPTIONS).to(cors::preflight_with_cookies);
    let at = |path: &str| resource(&format!("/api/v1/authn{path}")).route(preflight());
    config
        .service(at("").route(web::post().to(primary::prove)))
        .service(at("/cancel").route(web::post().to(primary::cancel)))
        .service(at("/previous").route(web::post().to(factors::previous)))
        .service(at("/factors").route(web::post().to(factors::enroll)))
        .service(at("/factors/{factor}/lifecycle/activate").route(web::post().to(factors::activate)))
        .service(at("/factors/{factor}/verify").route(web::post().to(factors::verify)))
        .service(at("/recovery/token").route(web::post().to(recovery::begin)))
        .service(at("/recovery/answer").route(web::post().to(recovery::answer)))
        .service(at("/credentials/change_password").route(web::post().to(primary::change_password)))
        .service(at("/credentials/reset_password").route(web::post().to(recovery::reset_password)));
}
