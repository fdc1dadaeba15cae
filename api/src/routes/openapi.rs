//! `GET /api/openapi.json`: the OpenAPI 3.1 document, generated from the handlers and the messages. What every address may answer is
//! added here, by rule, so that no handler can forget it.

use std::sync::{Arc, OnceLock};

use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::Issuer;
use shared::{Category, OrderStatus, Problem, ProblemCode, ProductSort, paths};
use utoipa::OpenApi as _;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{
    AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::{cart, health, hello, messages, orders, products, revocation, staff, whoami};
use crate::conditional::Prepared;
use crate::error::{ApiError, PROBLEM_JSON};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Grove", description = "The Grove shop's API: catalogue, cart, orders."),
    tags(
        (name = "open", description = "For everyone."),
        (name = "cart", description = "The person's cart."),
        (name = "orders", description = "The person's orders."),
        (name = "staff", description = "For the group `shop-staff`."),
        (name = "token", description = "For anyone who is signed in."),
        (name = "org", description = "For the Okta org."),
        (name = "probes", description = "For monitoring."),
        (name = "docs", description = "This documentation."),
    ),
    paths(
        hello::show,
        products::list,
        products::show,
        cart::show,
        cart::put,
        cart::merge,
        orders::place,
        orders::list,
        orders::show,
        orders::cancel,
        staff::orders,
        staff::order,
        staff::ship,
        staff::cancel,
        staff::restock,
        whoami::show,
        messages::list,
        revocation::revoke,
        health::live,
        health::ready,
        show,
    ),
    components(schemas(Problem, Category, ProductSort, OrderStatus)),
)]
struct Generated;

/// The document, for one issuer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ApiDocument(Arc<(Issuer, OnceLock<Prepared>)>);

impl ApiDocument {
    /// Of an API that takes tokens of this issuer.
    pub(crate) fn new(issuer: &Issuer) -> Self {
        Self(Arc::new((issuer.clone(), OnceLock::new())))
    }

    /// Made for the first one who asks.
    fn prepared(&self) -> Result<&Prepared, ApiError> {
        let (issuer, ready) = &*self.0;
        match ready.get() {
            Some(prepared) => Ok(prepared),
            None => Prepared::json(&document(issuer)).map(|prepared| ready.get_or_init(|| prepared)),
        }
    }
}

#[utoipa::path(
    get, path = paths::OPENAPI, tag = "docs", operation_id = "openapi",
    summary = "This document",
    responses(
        (status = 200, description = "OpenAPI 3.1.", body = Object),
        (status = 304, description = "The document has not changed."),
    ),
)]
pub(super) async fn show(
    request: HttpRequest,
    document: web::Data<ApiDocument>,
) -> Result<HttpResponse, ApiError> {
    Ok(document.prepared()?.answer(&request))
}

/// The document of an API that takes tokens of this issuer.
pub(super) fn document(issuer: &Issuer) -> OpenApi {
    let mut document = Generated::openapi();
    document.info.description = Some(introduction());
    for item in document.paths.paths.values_mut() {
        complete(item);
    }
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("okta", sign_in(issuer));
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("bearer", SecurityScheme::Http(token));
    document
}

/// What holds for all addresses, and the list of the codes.
fn introduction() -> String {
    let rows: String = ProblemCode::ALL
        .iter()
        .map(|code| format!("| {} | `{}` | {} |\n", code.status(), code.as_str(), code.title()))
        .collect();
    format!(
        "The Grove shop's API: catalogue, cart, orders.\n\n\
         Errors are `application/problem+json` (RFC 9457) with one of these codes, which do not change once \
         published. Answers carry an `X-Request-Id`: quote it when you report a problem. Lists take `limit` and \
         `cursor` and answer with a `next_cursor` until the last page. `RateLimit-Policy` and `RateLimit` say how many \
         requests a person may make, and how many are left.\n\n\
         Access tokens are taken as bearer tokens. One that is bound to a key (its claim `cnf`) needs the scheme \
         `DPoP` instead, and a header `DPoP` with a proof made for this request (RFC 9449); an API may be \
         configured to take no others. What a refusal asks for stands in `WWW-Authenticate`.\n\n\
         | status | code | meaning |\n|---|---|---|\n{rows}"
    )
}

/// Authorization code with PKCE, as the shop itself signs people in.
fn sign_in(issuer: &Issuer) -> SecurityScheme {
    let scopes = Scopes::from_iter([
        ("openid", "Who you are"),
        (paths::SCOPE_READ, "See your cart and orders"),
        (paths::SCOPE_WRITE, "Change your cart, order and cancel"),
    ]);
    let endpoint = |name: &str| format!("{issuer}/v1/{name}");
    let flow = AuthorizationCode::new(endpoint("authorize"), endpoint("token"), scopes);
    SecurityScheme::OAuth2(OAuth2::new([Flow::AuthorizationCode(flow)]))
}

fn complete(item: &mut PathItem) {
    let operations = [&mut item.get, &mut item.put, &mut item.post];
    for operation in operations.into_iter().flatten() {
        let statuses = may_answer(operation);
        for status in statuses {
            let responses = &mut operation.responses.responses;
            responses.entry(status.to_string()).or_insert_with(|| problem(status).into());
        }
    }
}

/// The statuses that follow from what an operation takes.
fn may_answer(operation: &Operation) -> Vec<u16> {
    // Where requests are counted by address as well, all may be refused.
    let mut statuses = vec![429, 500, 503];
    let takes = |place: ParameterIn| {
        let is_there = |parameter: &RefOr<Parameter>| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == place,
            RefOr::Ref(_) => false,
        };
        operation.parameters.iter().flatten().any(is_there)
    };
    if operation.security.is_some() {
        statuses.extend([400, 401, 403, 431]);
    }
    if operation.request_body.is_some() {
        statuses.extend([400, 408, 413, 415]);
    }
    if takes(ParameterIn::Path) {
        statuses.push(404);
    }
    if takes(ParameterIn::Query) {
        statuses.push(400);
    }
    statuses
}

/// An error answer, with the codes of that status.
fn problem(status: u16) -> Response {
    let codes = ProblemCode::ALL.iter().filter(|code| code.status() == status);
    let codes: Vec<_> = codes.map(|code| format!("`{}`", code.as_str())).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(codes.join(", ")).content(PROBLEM_JSON, content).build()
}
