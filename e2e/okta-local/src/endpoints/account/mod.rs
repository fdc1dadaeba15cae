//! What people do about their accounts on the org's own pages: a forgotten password, a lock, an activation, an expired
//! password, a sign-up. Afterwards they go on with the sign-in that they began, or to their app.
//!
//! Nobody is told whether there is an account: the answers are the same, and what differs goes by mail.

mod code;
mod confirm;
mod destination;
mod links;
mod new_password;
mod page;
mod recover;
mod sign_up;
mod start;
pub(super) mod submission;
mod unlock;

use actix_web::web::{self, ServiceConfig};

use super::resource::resource;
use crate::paths;

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let with_token = |path: &str| resource(&format!("{path}/{{token}}"));
    config
        .service(resource(paths::FORGOT_PASSWORD).route(web::get().to(start::forgot_password)))
        .service(resource(paths::UNLOCK).route(web::get().to(start::unlock)))
        .service(resource(paths::ACCOUNT).route(web::get().to(page::page)))
        .service(resource(paths::RECOVER).route(web::post().to(recover::recover)))
        .service(resource(paths::MAIL_CODE).route(web::post().to(code::code)))
        .service(resource(paths::NEW_PASSWORD).route(web::post().to(new_password::new_password)))
        .service(resource(paths::CONFIRM).route(web::post().to(confirm::confirm)))
        .service(resource(paths::REGISTER).route(web::get().to(start::register)))
        .service(resource(paths::SIGN_UP).route(web::post().to(sign_up::sign_up)))
        .service(with_token(paths::REGISTER).route(web::get().to(links::register)))
        .service(with_token(paths::UNLOCK).route(web::get().to(links::unlock)))
        .service(with_token("/signin/reset-password").route(web::get().to(links::reset)))
        .service(with_token("/reset_password").route(web::get().to(links::reset)))
        .service(resource("/tokens/{token}/verify").route(web::get().to(links::activate)));
}
