//! Endpoints that the metadata names because Okta's does, and that this org has nothing behind: the device grant, dynamic
//! registration.
//!
//! Each refuses in Okta's words, after the checks that come first at Okta too.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};

use super::server_id::ServerId;
use super::{answer, client};
use crate::catalogue::Code;
use crate::okta_error;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// `/device/authorize` (RFC 8628 §3.1): no app of this org has the grant.
pub(super) async fn device(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    if !answer::has_server(&tenant.state(), &path) {
        return answer::no_such_server(&path);
    }
    let Some(form) = Parameters::from_form(&request, &body) else { return answer::wrong_media_type() };
    client::fetch_keys(&tenant, &form).await;
    let state = tenant.state();
    let refusal = match client::authenticate(&tenant, &path, &state.directory, &request, &form) {
        _ if form.has_repetition() => Code::DuplicateOauthParams.into(),
        Ok(client) => Code::UnauthorizedClient.with(client.grant_list()),
        Err(refusal) => refusal,
    };
    answer::refusal_to(&request, &refusal)
}

/// `/oauth2/v1/clients` (RFC 7591 §3), which is a part of Okta's own APIs: apps are made by the management
/// API.
pub(super) async fn registration(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|text| text.strip_prefix("SSWS ")) {
        Some(token) if tenant.api_token.matches(token.trim()) => {
            let summary = "You do not have permission to access the feature you are requesting";
            okta_error::respond(StatusCode::UNAUTHORIZED, "E0000015", summary)
        }
        _ => okta_error::respond(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided"),
    }
}
