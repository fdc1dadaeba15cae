//! What people set for themselves, from the dashboard: their password and their passkeys.
//!
//! Whoever comes here must have proved who they are a short while ago, by all that they have: an unattended browser and a
//! stolen password change nothing.

mod forms;
mod gate;
mod page;

use actix_web::web::{self, ServiceConfig};

use super::resource::resource;
use crate::paths;

pub(super) use gate::person;
pub(super) use page::{go_to, show};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource(paths::SETTINGS).route(web::get().to(page::settings)))
        .service(resource(paths::CHANGE_PASSWORD).route(web::post().to(forms::change_password)))
        .service(resource(paths::ADD_PASSKEY).route(web::post().to(forms::add_passkey)))
        .service(resource(paths::REMOVE_PASSKEY).route(web::post().to(forms::remove_passkey)));
}
