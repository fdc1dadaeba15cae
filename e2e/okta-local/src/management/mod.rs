//! A part of Okta's management API: apps with their secrets and assignments, people, groups, trusted origins,
//! authorization servers with their keys, scopes, claims, policies and rules, and the System Log, in Okta's
//! shapes, errors and paging (Okta's OpenAPI description of the management API).
//!
//! It takes an API token (`Authorization: SSWS …`) and no cookie, and answers to the names of loopback only, so
//! no web page can use it. Members of a body that are not known here are passed over. Not here: everything else.

mod admin_roles;
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
mod apps;
mod assignment_shapes;
mod assignments;
mod associated_servers;
mod authorization_servers;
mod claims;
mod factor_shapes;
mod factors;
mod filter;
mod group_owners;
mod group_rules;
mod groups;
mod groups_claim;
mod integrations;
mod logs;
mod oauth_clients;
mod page;
mod policies;
mod policy_body;
mod refresh_tokens;
mod refusal;
mod registered_keys;
mod remarks;
mod rules;
mod scopes;
mod server_keys;
mod sessions;
mod trusted_origins;
mod user_app_links;
mod user_body;
mod user_credentials;
mod user_details;
mod user_grants;
mod user_lifecycle;
mod user_schemas;
mod user_shape;
mod users;

use std::ops::Deref;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Resource, ResponseError, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::counters::Endpoint;
use crate::org::authorization_server::path_name;
use crate::org::tenant::Tenant;
use crate::{loopback, okta_error};
use refusal::Refusal;
pub(crate) use user_body::{ATTRIBUTES, REQUIREMENTS, is_strong};

/// What a request comes to.
type Answer = std::result::Result<HttpResponse, Refusal>;

/// Adds all routes.
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
}

/// Lets requests with the API token pass, and counts all.
async fn with_token(
    tenant: Data<Tenant>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>> {
    if let Some(endpoint) = Endpoint::of(request.path()) {
        tenant.counters.count(endpoint);
    }
    let header = request.headers().get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default());
    let refusal = match header.map(shown_token) {
        Some(Some(token)) if tenant.api_token.matches(token) => None,
        Some(_) => Some(Refusal::InvalidToken),
        None => Some(Refusal::InvalidSession),
    };
    match refusal {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(refusal) => Ok(request.into_response(refusal.error_response())),
    }
}

/// The token of an `Authorization` header. Okta's Python SDK leaves the space out, and Okta takes it so.
fn shown_token(header: &str) -> Option<&str> {
    let rest = header.strip_prefix("SSWS")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The custom authorization server that a path names.
#[derive(Deserialize)]
#[serde(from = "String")]
struct ServerId(String);

impl From<String> for ServerId {
    fn from(named: String) -> Self {
        Self(path_name(&named).to_owned())
    }
}

impl Deref for ServerId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A resource of the API, without its routes yet: other methods are refused in Okta's words.
fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || okta_error::method_not_allowed()))
}

/// An operation of Okta's that is not served, whose path would be taken for that of another.
fn not_served(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || Refusal::NoPath.error_response()))
}

/// Reads a body, which has to be a JSON object whose members are of the right types.
fn read<T: DeserializeOwned>(body: &[u8]) -> std::result::Result<T, Refusal> {
    // A list would be taken for the members in their order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    serde_json::from_slice(body).ok().filter(|_| is_object).ok_or(Refusal::Malformed)
}

/// A text that may be left out, as it is shown: null where it was.
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A text that must not be left out.
fn required(field: &'static str, text: &str) -> std::result::Result<String, Refusal> {
    match text.trim().is_empty() {
        true => Err(Refusal::invalid(field, format!("{field}: The field cannot be left blank"))),
        false => Ok(text.to_owned()),
    }
}

/// The refusal of a name that something else bears.
fn taken(field: &'static str) -> Refusal {
    Refusal::invalid(
        field,
        format!("{field}: An object with this field already exists in the current organization"),
    )
}

/// A link to something of the API, with what may be done there.
fn link(tenant: &Tenant, path: &str, allow: &[&str]) -> Value {
    json!({"href": format!("{}/api/v1{path}", tenant.base_url), "hints": {"allow": allow}})
}

/// A link that tells no more than where.
fn link_bare(tenant: &Tenant, path: &str) -> Value {
    json!({"href": format!("{}/api/v1{path}", tenant.base_url)})
}

/// A `status` of a body.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Active,
    Inactive,
}

impl Status {
    fn is_active(self) -> bool {
        self == Self::Active
    }
}

/// `ACTIVE` or `INACTIVE`.
fn status(active: bool) -> &'static str {
    if active { "ACTIVE" } else { "INACTIVE" }
}

/// The name of the act that would change it, as links name it.
fn lifecycle_act(active: bool) -> &'static str {
    if active { "deactivate" } else { "activate" }
}

fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
