//! The URLs of the org (authorization servers, hosted pages, sessions) and who answers them.

mod account;
mod account_step;
mod answer;
mod api_scopes;
mod authn;
mod authorization_response;
mod authorize;
mod claim_order;
mod client;
mod cookies;
mod dashboard;
mod discovery;
mod grant_log;
mod id_token_hint;
mod introspect;
mod keys;
mod logout;
mod not_served;
mod organization;
mod outbox;
mod page_form;
mod passkeys;
mod presented;
mod presented_token;
mod pushed_request;
mod resource;
mod resource_proof;
mod revoke;
mod server_id;
mod service_token;
mod sessions;
mod settings;
mod sign_in;
mod stage_page;
mod stage_token;
mod steps;
mod token;
mod token_proof;
mod userinfo;

pub(crate) use api_scopes::API_SCOPES;

use actix_web::web::{self, ServiceConfig};

use self::resource::{readable, resource, writable};
use crate::{management, pages, paths};

/// Adds all routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let discovery = [
        ("/oauth2/{server}/.well-known/openid-configuration", discovery::Document::OpenId),
        ("/oauth2/{server}/.well-known/oauth-authorization-server", discovery::Document::OAuth),
        ("/.well-known/oauth-authorization-server/oauth2/{server}", discovery::Document::OAuth),
        ("/.well-known/openid-configuration", discovery::Document::OpenId),
        ("/.well-known/oauth-authorization-server", discovery::Document::OAuth),
    ];
    for (path, document) in discovery {
        let resource = readable(path).app_data(document);
        // A live org answers HEAD as well.
        let resource = resource.route(web::head().to(discovery::document));
        config.service(resource.route(web::get().to(discovery::document)));
    }
    for base in ["/oauth2/{server}/v1", "/oauth2/v1"] {
        authorization_server(config, base);
    }
    config
        .service(resource("/.well-known/okta-organization").route(web::get().to(organization::organization)))
        .service(resource(paths::SIGN_IN).route(web::post().to(sign_in::password)))
        .service(resource(paths::SECOND_FACTOR).route(web::post().to(sign_in::second_factor)))
        .service(resource(paths::PASSKEY).route(web::post().to(sign_in::passkey)))
        .service(resource(paths::ENROLL_PASSKEY).route(web::post().to(sign_in::enroll_passkey)))
        .service(resource(paths::SELECT_FACTOR).route(web::post().to(sign_in::select_factor)))
        .service(
            resource(&format!("{}/{{client_id}}", paths::MAIL_CHALLENGE))
                .route(web::get().to(sign_in::mail_link)),
        )
        .service(resource(paths::CONSENT).route(web::post().to(sign_in::consent)))
        .service(resource(paths::STEP).route(web::get().to(sign_in::step)))
        .service(resource(paths::SIGNED_OUT).route(web::get().to(pages::signed_out::signed_out)))
        .service(resource(paths::STYLE).route(web::get().to(pages::layout::style)))
        .service(resource("/oauth2/v1/clients").route(web::post().to(not_served::registration)));
    account::routes(config);
    outbox::routes(config);
    sessions::routes(config);
    dashboard::routes(config);
    settings::routes(config);
    authn::routes(config);
    management::routes(config);
}

/// The endpoints of custom authorization servers, and again those of the org's own.
fn authorization_server(config: &mut ServiceConfig, base: &str) {
    let at = |name: &str| format!("{base}/{name}");
    config
        .service(
            resource(&at("authorize"))
                .route(web::get().to(authorize::get))
                .route(web::post().to(authorize::post)),
        )
        .service(writable(&at("token")).route(web::post().to(token::token)))
        .service(readable(&at("keys")).route(web::get().to(keys::keys)))
        .service(
            readable(&at("userinfo"))
                .route(web::get().to(userinfo::userinfo))
                .route(web::post().to(userinfo::userinfo)),
        )
        .service(writable(&at("introspect")).route(web::post().to(introspect::introspect)))
        .service(writable(&at("revoke")).route(web::post().to(revoke::revoke)))
        .service(writable(&at("par")).route(web::post().to(pushed_request::push)))
        .service(resource(&at("device/authorize")).route(web::post().to(not_served::device)))
        .service(
            resource(&at("logout")).route(web::get().to(logout::get)).route(web::post().to(logout::post)),
        );
}
