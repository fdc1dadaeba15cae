//! `GET /api/openapi.json`, and the page of it at `/api/docs/`, where one can sign in and try calls.
//!
//! The page is Swagger UI, carried in the program: nothing is loaded from elsewhere.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::Issuer;
use shared::paths;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, oauth};

use super::openapi;
use crate::conditional;
use crate::error::ApiError;

/// The document and its page, for one issuer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Documentation {
    document: Arc<OpenApi>,
    page: Arc<Config<'static>>,
    policy: String,
}

impl Documentation {
    /// For tokens of this issuer; one signs in as a user of the app with this client id.
    pub(crate) fn new(issuer: &Issuer, client_id: &str) -> Self {
        let sign_in = oauth::Config::new()
            .client_id(client_id)
            .app_name("Grove")
            .scopes(["openid", paths::SCOPE_READ, paths::SCOPE_WRITE].map(str::to_owned).to_vec())
            .use_pkce_with_authorization_code_grant(true);
        let page = Config::with_oauth_config([paths::OPENAPI], sign_in)
            .try_it_out_enabled(true)
            .validator_url("none")
            .display_request_duration(true);
        // Swagger UI writes styles into its elements; its scripts are files.
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            issuer.origin().map(|origin| origin.to_string()).unwrap_or_default()
        );
        Self { document: Arc::new(openapi::document(issuer)), page: Arc::new(page), policy }
    }
}

#[utoipa::path(
    get, path = paths::OPENAPI, tag = "docs", operation_id = "openapi",
    summary = "This document",
    responses(
        (status = 200, description = "OpenAPI 3.1.", body = Object),
        (status = 304, description = "The document is as it was."),
    ),
)]
pub(super) async fn document(
    request: HttpRequest,
    documentation: web::Data<Documentation>,
) -> Result<HttpResponse, ApiError> {
    conditional::json(&request, &*documentation.document).await
}

/// The page's addresses are relative to a folder.
pub(super) async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, format!("{}/", paths::DOCS))).finish()
}

/// The page and its files.
pub(super) async fn page(
    documentation: web::Data<Documentation>,
    file: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&documentation.page));
    let file = found.ok().flatten().ok_or(ApiError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, documentation.policy.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.bytes.into_owned()))
}
