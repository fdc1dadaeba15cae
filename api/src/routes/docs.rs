//! The page of the OpenAPI document at `/api/docs/`, where one can sign in and try calls.
//!
//! The page is Swagger UI, carried in the program: nothing is loaded from elsewhere. Before it comes a script of our own, which says
//! what of its markup may go into the page (Trusted Types).

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use okta_types::Issuer;
use shared::paths;
use utoipa_swagger_ui::{Config, oauth};

use crate::error::ApiError;

/// The script that makes the policy `default`.
const TRUSTED_TYPES: &str = include_str!("docs_trusted_types.js");
/// What the page calls it.
const TRUSTED_TYPES_FILE: &str = "trusted-types.js";

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
        // Swagger UI writes styles into its elements; its scripts are files. `dompurify` is its sanitizer's own, for which it
        // keeps it: nobody else can have what that makes.
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types default dompurify",
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
    let (content_type, bytes) = file_of(page, &file).ok_or(ApiError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, page.policy.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(bytes))
}

/// A file's type, and what is in it.
fn file_of(page: &DocsPage, name: &str) -> Option<(String, Bytes)> {
    if name == TRUSTED_TYPES_FILE {
        return Some(("text/javascript".to_owned(), Bytes::from_static(TRUSTED_TYPES.as_bytes())));
    }
    let file = utoipa_swagger_ui::serve(name, Arc::clone(&page.config)).ok()??;
    let bytes = match file.bytes {
        Cow::Borrowed(html) if file.content_type == "text/html" => with_trusted_types(html)?.into(),
        // The script is large, and no answer needs a copy of its own.
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    Some((file.content_type, bytes))
}

/// A page whose first script is ours.
fn with_trusted_types(html: &[u8]) -> Option<String> {
    let (before, scripts) = str::from_utf8(html).ok()?.split_once("<script")?;
    Some(format!("{before}<script src=\"{TRUSTED_TYPES_FILE}\"></script>\n    <script{scripts}"))
}
