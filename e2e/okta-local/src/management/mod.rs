//! A part of Okta's management API: apps with their secrets and assignments, people, groups, trusted origins,
//! authorization servers with their keys, scopes, claims, policies and rules, and the System Log, in Okta's
//! shapes, errors and paging (Okta's OpenAPI description of the management API).
//!
//! It takes an API token (`Authorization: SSWS …`) and no cookie, and answers to the names of loopback only, so
//! no web page can use it. Unknown members of a body are ignored.

mod admin_roles;
mod answer;
mod api_token;
mod app_body;
mod app_credentials;
mod app_grants;
mod app_jwks;
mod app_keys;
mod app_links;
mod app_policies;
mod app_schemas;
mod app_secrets;
mod app_settings;
mod app_shape;
mod apps;
mod assignment_shapes;
mod assignments;
mod associated_servers;
mod authorization_servers;
mod body;
mod checked_app;
mod claims;
mod extra_settings;
mod factor_shapes;
mod factors;
mod filter;
mod group_owners;
mod group_rules;
mod group_shape;
mod groups;
mod groups_claim;
mod integrations;
mod logs;
mod lookup;
mod mails;
mod oauth_clients;
mod page;
mod policies;
mod policy_body;
mod refresh_tokens;
mod refusal;
mod registered_keys;
mod resource;
mod rules;
mod scopes;
mod server_id;
mod server_keys;
mod sessions;
mod shape;
mod targets;
mod trusted_origins;
mod universal_logout;
mod user_app_links;
mod user_body;
mod user_credentials;
mod user_details;
mod user_grants;
mod user_lifecycle;
mod user_schemas;
mod user_shape;
mod users;

use actix_web::ResponseError as _;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use self::api_token::with_token;
use crate::loopback;
pub(crate) use group_rules::run as run_group_rules;
use refusal::Refusal;
pub(crate) use user_body::{ATTRIBUTES, is_address};

/// Adds all routes below `/api/v1`, and that of Universal Logout.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let api = web::scope("/api/v1")
        .wrap(from_fn(with_token))
        .wrap(from_fn(loopback::only))
        .configure(apps::routes)
        .configure(app_policies::routes)
        .configure(app_secrets::routes)
        .configure(app_grants::routes)
        .configure(app_keys::routes)
        .configure(app_schemas::routes)
        .configure(app_jwks::routes)
        .configure(groups_claim::routes)
        .configure(assignments::routes)
        .configure(users::routes)
        .configure(user_lifecycle::routes)
        .configure(user_credentials::routes)
        .configure(user_app_links::routes)
        .configure(user_details::routes)
        .configure(factors::routes)
        .configure(admin_roles::routes)
        .configure(user_grants::routes)
        .configure(refresh_tokens::routes)
        .configure(oauth_clients::routes)
        .configure(user_schemas::routes)
        .configure(group_rules::routes)
        .configure(groups::routes)
        .configure(group_owners::routes)
        .configure(sessions::routes)
        .configure(trusted_origins::routes)
        .configure(authorization_servers::routes)
        .configure(associated_servers::routes)
        .configure(server_keys::routes)
        .configure(scopes::routes)
        .configure(claims::routes)
        .configure(policies::routes)
        .configure(rules::routes)
        .configure(logs::routes)
        .default_service(web::to(async || Refusal::NoPath.error_response()));
    config.service(api);
    universal_logout::routes(config);
}
