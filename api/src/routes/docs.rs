//! The page of the OpenAPI document at `/api/docs/`, where one can sign in and try calls.
//!
//! The page is Swagger UI, carried in the program: nothing is loaded from elsewhere.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use okta_types::Issuer;
use shared::paths;
use utoipa_swagger_ui::{Config, oauth};

use crate::error::ApiError;

/// The page, for one issuer.
pub(crate) struct DocsPage {
    config: Arc<Config<'static>>,
    policy: String,
}

impl DocsPage {
    /// For tokens of this issuer; one signs in as a user of the app with this client id.
    pub(crate) fn new(issuer: &Issuer, client_id: &str) -> Self {
        let sign_in = oauth::Config::new()
            .client_id(client_id)
            .app_name("Grove")
            .scopes(["openid", paths::SCOPE_READ, paths::SCOPE_WRITE].map(str::to_owned).to_vec())
            .use_pkce_with_authorization_code_grant(true);
        let config = Config::with_oauth_config([paths::OPENAPI], sign_in)
            .try_it_out_enabled(true)
            .validator_url("none")
            .display_request_duration(true);
        // Swagger UI writes styles into its elements; its scripts are files.
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            issuer.origin().map(|origin| origin.to_string()).unwrap_or_default()
        );
        Self { config: Arc::new(config), policy }
    }
}

/// The page's addresses are relative to a folder.
pub(super) async fn to_page(page: web::Data<Option<DocsPage>>) -> Result<HttpResponse, ApiError> {
    page.as_ref().as_ref().ok_or(ApiError::NotFound)?;
    let location = (header::LOCATION, format!("{}/", paths::DOCS));
    Ok(HttpResponse::PermanentRedirect().insert_header(location).finish())
}

/// The page and its files.
pub(super) async fn page(
    page: web::Data<Option<DocsPage>>,
    file: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let page = page.as_ref().as_ref().ok_or(ApiError::NotFound)?;
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&page.config));
    let file = found.ok().flatten().ok_or(ApiError::NotFound)?;
    // The script is large, and no answer needs a copy of its own.
    let bytes = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, page.policy.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(bytes))
}
